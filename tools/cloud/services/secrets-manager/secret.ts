import type { RotationRulesType, Tag } from '@aws-sdk/client-secrets-manager';
import type { Cancel, Instant } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';

/** What a secret holds: text or bytes, never both. */
export type SecretValue = { readonly text: string } | { readonly bytes: Uint8Array };

/** One version of a secret. A rotation makes it before it has a value. */
export interface Version {
  readonly id: string;
  readonly createdAt: Instant;
  value: SecretValue | undefined;
  /** Its staging labels, in the order in which they came. */
  stages: string[];
  readAt: Instant | undefined;
}

/** How a secret is rotated: by a function, or by the service that owns it. */
export interface RotationSettings {
  readonly functionArn: string | undefined;
  readonly rules: RotationRulesType;
  /** False once it has been cancelled. */
  isOn: boolean;
  /** By when the next one is to be; undefined without a schedule. */
  next: Instant | undefined;
  cancel: Cancel | undefined;
}

/** Who keeps a secret of its own in the account: RDS the password of a database. */
export interface SecretOwner {
  /** `rds` */
  readonly service: string;
  /** Changes what the secret opens, and tells the new value. */
  readonly rotate: (current: string) => string;
}

/** A secret: its record, its versions, and its rotation. */
export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Instant;
  readonly versions: Map<string, Version>;
  readonly owner: SecretOwner | undefined;
  description: string | undefined;
  keyId: string | undefined;
  tags: Tag[];
  policy: string | undefined;
  changedAt: Instant;
  readAt: Instant | undefined;
  rotatedAt: Instant | undefined;
  rotation: RotationSettings | undefined;
  /** When it was marked for deletion, and when it goes. */
  deletion: { readonly markedAt: Instant; readonly at: Instant } | undefined;
}

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';

export function versionAt(secret: Secret, stage: string): Version | undefined {
  return [...secret.versions.values()].find(({ stages }) => stages.includes(stage));
}

/**
 * Attaches a staging label to a version, taking it from whichever has it. `AWSPREVIOUS` follows `AWSCURRENT`: it goes to
 * the version that was current (Secrets Manager User Guide, "Version").
 */
export function moveStage(secret: Secret, stage: string, to: Version): void {
  const from = versionAt(secret, stage);
  if (from === to) return;
  if (from !== undefined) detach(from, stage);
  to.stages.push(stage);
  if (stage === CURRENT && from !== undefined) {
    detach(to, PREVIOUS);
    moveStage(secret, PREVIOUS, from);
  }
}

export function detach(version: Version, stage: string): void {
  version.stages = version.stages.filter((other) => other !== stage);
}

export function isSameValue(left: SecretValue | undefined, right: SecretValue | undefined): boolean {
  return JSON.stringify(valueMembers(left)) === JSON.stringify(valueMembers(right));
}

/** A value as the API tells it. */
export function valueMembers(value: SecretValue | undefined): {
  SecretString?: string;
  SecretBinary?: Uint8Array;
} {
  if (value === undefined) return {};
  return 'text' in value ? { SecretString: value.text } : { SecretBinary: value.bytes };
}

/** The value of a request, if it has one. @throws AwsError for one of both kinds */
export function givenValue(input: {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}): SecretValue | undefined {
  const { SecretString: text, SecretBinary: bytes } = input;
  if (text !== undefined && bytes !== undefined) {
    throw invalidParameter("You can't specify both a binary secret value and a string secret value.");
  }
  if (text !== undefined) return { text };
  return bytes === undefined ? undefined : { bytes };
}

export function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
