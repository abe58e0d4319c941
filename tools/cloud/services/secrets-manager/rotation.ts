import type { RotationRulesType } from '@aws-sdk/client-secrets-manager';
import type { Kernel } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Secret, SecretOwner, Version } from './secret.ts';
import { CURRENT, detach, invalidRequest, moveStage, PENDING, versionAt } from './secret.ts';
import type { Secrets } from './secrets.ts';
import { nextWindow } from './windows.ts';

export interface RotationPorts {
  /** Runs a rotation function to its end. Rejects with an AwsError when it fails or may not be called. */
  readonly invoke: (functionArn: string, payload: string, secretArn: string) => Promise<void>;
  /** Whether the function's policy lets Secrets Manager call it for a secret. */
  readonly mayInvoke: (functionArn: string, secretArn: string) => boolean;
}

/** What a rotation function is asked for, in this order. */
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** After how long a failed rotation is tried again. AWS does so too, and does not say when. */
const RETRY_PAUSES = [60_000, 600_000];

/** Rotates secrets in their windows and on demand. */
export class Rotations {
  readonly #kernel: Kernel;
  readonly #secrets: Secrets;
  readonly #on: RotationPorts;

  constructor(kernel: Kernel, secrets: Secrets, on: RotationPorts) {
    this.#kernel = kernel;
    this.#secrets = secrets;
    this.#on = on;
  }

  /**
   * Sets by what and when a secret is rotated from now on. What is left out stays as it was.
   *
   * @throws AwsError InvalidRequestException without a function, AccessDeniedException for one that does not let
   *   Secrets Manager call it, InvalidParameterException for rules that cannot be kept
   */
  configure(secret: Secret, functionArn: string | undefined, rules: RotationRulesType | undefined): void {
    const settings = {
      functionArn: functionArn ?? secret.rotation?.functionArn,
      rules: rules ?? secret.rotation?.rules ?? {},
    };
    if (settings.functionArn === undefined && secret.owner === undefined) {
      throw invalidRequest('No Lambda rotation function ARN is associated with this secret.');
    }
    this.#checkFunction(secret, settings.functionArn);
    const now = this.#kernel.clock.now();
    nextWindow(settings.rules, now);
    secret.rotation?.cancel?.();
    secret.rotation = { ...settings, isOn: true, next: undefined, cancel: undefined };
    this.#schedule(secret);
  }

  /**
   * Begins a rotation; the version that it makes has the token for its id.
   *
   * @throws AwsError InvalidRequestException while an earlier one has not come to its end
   */
  begin(secret: Secret, token: string): void {
    checkIdle(secret);
    const version = this.#secrets.addVersion(secret, token, undefined);
    moveStage(secret, PENDING, version);
    this.#tell(secret, 'RotationStarted');
    this.#kernel.clock.after(0, () => this.#run(secret, version, 0));
  }

  /** Ends the schedule, and whatever was not finished. */
  cancel(secret: Secret): string | undefined {
    const pending = versionAt(secret, PENDING);
    const { rotation } = secret;
    rotation?.cancel?.();
    if (rotation !== undefined) secret.rotation = { ...rotation, isOn: false, next: undefined };
    return pending?.id;
  }

  #checkFunction(secret: Secret, functionArn: string | undefined): void {
    if (functionArn === undefined || this.#on.mayInvoke(functionArn, secret.arn)) return;
    throw new AwsError(
      'AccessDeniedException',
      'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access ' +
        'to the principal secretsmanager.amazonaws.com.',
    );
  }

  /** Sets the alarm for the next window, somewhere inside it. */
  #schedule(secret: Secret): void {
    const { clock, ids } = this.#kernel;
    const { rotation } = secret;
    const window = rotation && nextWindow(rotation.rules, clock.now());
    if (rotation === undefined || window === undefined) return;
    const at = window.start + Math.floor(ids.random() * (window.end - window.start));
    rotation.next = window.end - 1_000;
    rotation.cancel = clock.at(at, () => this.#due(secret));
  }

  #due(secret: Secret): Promise<void> | undefined {
    this.#schedule(secret);
    const pending = unfinished(secret);
    if (pending !== undefined) return this.#run(secret, pending, 0);
    this.begin(secret, this.#kernel.ids.uuid());
    return undefined;
  }

  async #run(secret: Secret, version: Version, attempt: number): Promise<void> {
    if (secret.deletion !== undefined || secret.rotation?.isOn !== true) return;
    try {
      const { owner } = secret;
      if (owner === undefined) await this.#runSteps(secret, version);
      else runByOwner(secret, version, owner);
      this.#finish(secret);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#fail(secret, version, attempt);
    }
  }

  async #runSteps(secret: Secret, version: Version): Promise<void> {
    const functionArn = secret.rotation?.functionArn ?? '';
    for (const Step of STEPS) {
      const request = {
        Step,
        SecretId: secret.arn,
        ClientRequestToken: version.id,
        RotationToken: version.id,
      };
      await this.#on.invoke(functionArn, JSON.stringify(request), secret.arn);
    }
    if (!version.stages.includes(CURRENT)) {
      throw new AwsError('RotationFailed', 'The function has not made the pending version the current one.');
    }
  }

  #finish(secret: Secret): void {
    const now = this.#kernel.clock.now();
    secret.rotatedAt = now;
    secret.changedAt = now;
    this.#tell(secret, 'RotationSucceeded');
  }

  #fail(secret: Secret, version: Version, attempt: number): void {
    this.#tell(secret, 'RotationFailed');
    const pause = RETRY_PAUSES[attempt];
    if (pause === undefined) this.#tell(secret, 'RotationAbandoned');
    else this.#kernel.clock.after(pause, () => this.#run(secret, version, attempt + 1));
  }

  /** https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html */
  #tell(secret: Secret, eventName: string): void {
    const { events, ids, clock, account } = this.#kernel;
    events.emit({
      source: 'aws.secretsmanager',
      detailType: 'AWS Service Event via CloudTrail',
      resources: [],
      detail: {
        eventVersion: '1.08',
        userIdentity: { type: 'AWSService', invokedBy: 'secretsmanager.amazonaws.com' },
        eventTime: clock
          .date()
          .toISOString()
          .replace(/\.\d+Z$/, 'Z'),
        eventSource: 'secretsmanager.amazonaws.com',
        eventName,
        awsRegion: account.region,
        sourceIPAddress: 'secretsmanager.amazonaws.com',
        additionalEventData: { SecretId: secret.arn },
        eventID: ids.uuid(),
        readOnly: false,
        eventType: 'AwsServiceEvent',
        recipientAccountId: account.id,
      },
    });
  }
}

/** The version of a rotation that has begun and not come to its end. */
function unfinished(secret: Secret): Version | undefined {
  const pending = versionAt(secret, PENDING);
  return pending?.stages.includes(CURRENT) ? undefined : pending;
}

/** @throws AwsError InvalidRequestException while a rotation has not come to its end */
export function checkIdle(secret: Secret): void {
  if (unfinished(secret) === undefined) return;
  throw invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");
}

/** A service that owns a secret needs no function: it changes both sides at once. */
function runByOwner(secret: Secret, version: Version, owner: SecretOwner): void {
  const current = versionAt(secret, CURRENT)?.value;
  version.value = { text: owner.rotate(current !== undefined && 'text' in current ? current.text : '{}') };
  moveStage(secret, CURRENT, version);
  detach(version, PENDING);
}
