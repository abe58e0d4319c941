import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { Call, Kernel, Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { MayUseKey } from '../kms/key-use.ts';
import { dated, dayOf } from './describe.ts';
import type { Secret, SecretValue, Version } from './secret.ts';
import {
  CURRENT,
  detach,
  givenValue,
  invalidParameter,
  invalidRequest,
  moveStage,
  valueMembers,
  versionAt,
} from './secret.ts';
import { checkUnowned, identity, listed, passes } from './secret-operations.ts';
import type { Secrets } from './secrets.ts';

/** What is encrypted with where a secret names no key of its own. */
const OWN_KEY = 'alias/aws/secretsmanager';

/** What secrets hold: their values, versions and labels. */
export function valueOperations(secrets: Secrets, kernel: Kernel, mayUseKey: MayUseKey) {
  const values = new Values(secrets, kernel, mayUseKey);
  return { ...writingOperations(secrets, values, kernel), ...readingOperations(secrets, values) };
}

function writingOperations(secrets: Secrets, values: Values, kernel: Kernel) {
  return {
    CreateSecret: (input, call) => {
      checkElsewhere(input.AddReplicaRegions);
      const value = givenValue(input);
      const secret = secrets.create(input);
      try {
        const version =
          value && values.write(secret, call, { id: input.ClientRequestToken, value, stages: [CURRENT] });
        return { ...identity(secret), ...(version === undefined ? {} : { VersionId: version.id }) };
      } catch (error) {
        secrets.remove(secret);
        throw error;
      }
    },
    UpdateSecret: (input, call) => {
      const secret = secrets.usable(input.SecretId);
      const value = givenValue(input);
      checkUnowned(secret);
      secret.description = input.Description ?? secret.description;
      secret.keyId = input.KmsKeyId ?? secret.keyId;
      secret.changedAt = kernel.clock.now();
      const version =
        value && values.write(secret, call, { id: input.ClientRequestToken, value, stages: [CURRENT] });
      return { ...identity(secret), ...(version === undefined ? {} : { VersionId: version.id }) };
    },
    PutSecretValue: (input, call) => {
      const secret = secrets.usable(input.SecretId);
      const value = givenValue(input);
      if (value === undefined) throw invalidRequest('You must provide either SecretString or SecretBinary.');
      checkUnowned(secret);
      const { ClientRequestToken: id, VersionStages: stages = [CURRENT] } = input;
      const version = values.write(secret, call, { id, value, stages });
      return { ...identity(secret), VersionId: version.id, VersionStages: version.stages };
    },
    UpdateSecretVersionStage: (input) => {
      const secret = secrets.usable(input.SecretId);
      checkUnowned(secret);
      moveLabel(secret, input.VersionStage ?? '', input.MoveToVersionId, input.RemoveFromVersionId);
      secret.changedAt = kernel.clock.now();
      return identity(secret);
    },
  } satisfies Operations<SecretsManager>;
}

function readingOperations(secrets: Secrets, values: Values) {
  return {
    GetSecretValue: (input, call) => values.read(secrets.usable(input.SecretId), input, call),
    BatchGetSecretValue: (input, call) => {
      const wanted = input.SecretIdList ?? namesOf(secrets, input.Filters ?? []);
      const { items, nextToken } = listed(wanted, { ...input, MaxResults: input.MaxResults ?? 20 });
      const answers = items.map((id) => attempt(id, () => values.read(secrets.usable(id), {}, call)));
      return {
        SecretValues: answers.flatMap((answer) => ('ARN' in answer ? [answer] : [])),
        Errors: answers.flatMap((answer) => ('ARN' in answer ? [] : [answer])),
        ...nextToken,
      };
    },
    ListSecretVersionIds: (input) => {
      const secret = secrets.get(input.SecretId);
      const wanted = [...secret.versions.values()].filter(
        ({ stages }) => stages.length > 0 || input.IncludeDeprecated === true,
      );
      const { items, nextToken } = listed(wanted, input);
      return {
        ...identity(secret),
        Versions: items.map((version) => versionEntry(secret, version)),
        ...nextToken,
      };
    },
  } satisfies Operations<SecretsManager>;
}

interface Writing {
  /** The request's token; without one, a new id. */
  readonly id: string | undefined;
  readonly value: SecretValue;
  readonly stages: readonly string[];
}

/** Reads and writes values with the secret's key, in the name of whoever asks. */
class Values {
  readonly #secrets: Secrets;
  readonly #kernel: Kernel;
  readonly #mayUseKey: MayUseKey;

  constructor(secrets: Secrets, kernel: Kernel, mayUseKey: MayUseKey) {
    this.#secrets = secrets;
    this.#kernel = kernel;
    this.#mayUseKey = mayUseKey;
  }

  write(
    secret: Secret,
    { principal }: Call,
    { id = this.#kernel.ids.uuid(), value, stages }: Writing,
  ): Version {
    this.#checkKey(secret, principal, ['kms:GenerateDataKey', 'kms:Decrypt']);
    const isFirst = secret.versions.size === 0;
    const version = this.#secrets.addVersion(secret, id, value);
    for (const stage of new Set(isFirst ? [CURRENT, ...stages] : stages)) moveStage(secret, stage, version);
    secret.changedAt = this.#kernel.clock.now();
    return version;
  }

  read(
    secret: Secret,
    wanted: { readonly VersionId?: string | undefined; readonly VersionStage?: string | undefined },
    { principal }: Pick<Call, 'principal'>,
  ) {
    const version = wantedVersion(secret, wanted);
    this.#checkKey(secret, principal, ['kms:Decrypt']);
    const now = this.#kernel.clock.now();
    secret.readAt = now;
    version.readAt = now;
    return {
      ...identity(secret),
      VersionId: version.id,
      ...valueMembers(version.value),
      VersionStages: version.stages,
      CreatedDate: new Date(version.createdAt),
    };
  }

  #checkKey(secret: Secret, principal: Call['principal'], actions: Parameters<MayUseKey>[3]): void {
    if (this.#mayUseKey(secret.keyId ?? OWN_KEY, principal, secret.arn, actions)) return;
    throw new AwsError('AccessDeniedException', 'Access to KMS is not allowed');
  }
}

/** @throws AwsError ResourceNotFoundException */
function wantedVersion(
  secret: Secret,
  {
    VersionId: id,
    VersionStage: stage,
  }: { readonly VersionId?: string | undefined; readonly VersionStage?: string | undefined },
): Version {
  const wantedStage = stage ?? CURRENT;
  const version = id === undefined ? versionAt(secret, wantedStage) : secret.versions.get(id);
  if (version !== undefined && id !== undefined && stage !== undefined && !version.stages.includes(stage)) {
    throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
  }
  if (version?.value !== undefined) return version;
  const what = id === undefined ? `staging label: ${wantedStage}` : `VersionId: ${id}`;
  throw new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${what}`,
  );
}

function versionEntry(secret: Secret, version: Version) {
  return {
    VersionId: version.id,
    VersionStages: version.stages,
    ...dated('LastAccessedDate', dayOf(version.readAt)),
    CreatedDate: new Date(version.createdAt),
    KmsKeyIds: [secret.keyId ?? 'DefaultEncryptionKey'],
  };
}

/** @throws AwsError InvalidParameterException when the label is not where the caller takes it from */
function moveLabel(secret: Secret, stage: string, to: string | undefined, from: string | undefined): void {
  const holder = versionAt(secret, stage);
  if (from !== holder?.id && (holder !== undefined || from !== undefined)) {
    const message =
      from === undefined
        ? `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ` +
          `${holder?.id ?? ''}, so you must explicitly reference that version in RemoveFromVersionId.`
        : `The staging label ${stage} is not attached to version ${from}.`;
    throw invalidParameter(message);
  }
  if (to === undefined) {
    if (stage === CURRENT) {
      throw invalidParameter('You can only move the staging label AWSCURRENT to a different secret version.');
    }
    if (holder !== undefined) detach(holder, stage);
    return;
  }
  const target = secret.versions.get(to);
  if (target === undefined) {
    const message = `Secrets Manager can't find the specified secret value for VersionId: ${to}`;
    throw new AwsError('ResourceNotFoundException', message);
  }
  moveStage(secret, stage, target);
}

function namesOf(secrets: Secrets, filters: Parameters<typeof passes>[1]): string[] {
  return secrets
    .all()
    .filter((secret) => secret.deletion === undefined && passes(secret, filters))
    .map(({ arn }) => arn);
}

function attempt<Answer extends object>(SecretId: string, read: () => Answer) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { SecretId, ErrorCode: error.code, Message: error.message };
  }
}

function checkElsewhere(replicas: readonly unknown[] | undefined): void {
  if (replicas === undefined || replicas.length === 0) return;
  throw new AwsError('NotImplemented', 'Replicas in other regions are not part of this local cloud.', {
    status: 501,
  });
}
