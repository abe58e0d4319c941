import type { CreateSecretCommandInput } from '@aws-sdk/client-secrets-manager';
import type { Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import type { Secret, SecretOwner, SecretValue, Version } from './secret.ts';
import { invalidRequest, isSameValue } from './secret.ts';

const SUFFIX_LENGTH = 6;
/** Versions without labels that are kept at most, once they are a day old. */
const MOST_DEPRECATED = 100;
const DAY = 86_400_000;

/** The account's secrets, with those that await their deletion. */
export class Secrets {
  readonly #kernel: Kernel;
  readonly #byName = new Map<string, Secret>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  all(): Secret[] {
    return [...this.#byName.values()];
  }

  /** @throws AwsError ResourceExistsException, InvalidRequestException */
  create(
    input: Pick<CreateSecretCommandInput, 'Name' | 'Description' | 'KmsKeyId' | 'Tags'>,
    owner?: SecretOwner,
  ): Secret {
    const { account, clock, ids } = this.#kernel;
    const name = input.Name ?? '';
    const known = this.#byName.get(name);
    if (known?.deletion !== undefined) {
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    if (known !== undefined) {
      const message = `The operation failed because the secret ${name} already exists.`;
      throw new AwsError('ResourceExistsException', message);
    }
    const secret: Secret = {
      name,
      arn: arn(account, 'secretsmanager', `secret:${name}-${ids.alphanumeric(SUFFIX_LENGTH)}`),
      createdAt: clock.now(),
      versions: new Map(),
      owner,
      description: input.Description,
      keyId: input.KmsKeyId,
      tags: input.Tags ?? [],
      policy: undefined,
      changedAt: clock.now(),
      readAt: undefined,
      rotatedAt: undefined,
      rotation: undefined,
      deletion: undefined,
    };
    this.#byName.set(name, secret);
    return secret;
  }

  /** By name, ARN, or an ARN without its six last characters. @throws AwsError ResourceNotFoundException */
  get(reference: string | undefined): Secret {
    const secret = this.find(reference ?? '');
    if (secret !== undefined) return secret;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  find(reference: string): Secret | undefined {
    if (!reference.startsWith('arn:')) return this.#byName.get(reference);
    const name = reference.replace(/^(?:[^:]*:){6}/, '');
    const exact = this.#byName.get(name.slice(0, -SUFFIX_LENGTH - 1));
    if (exact?.arn === reference) return exact;
    return this.all().find((secret) => secret.arn.slice(0, -SUFFIX_LENGTH - 1) === reference);
  }

  /** As {@link get}, for all that is not done to a secret that awaits its deletion. @throws AwsError */
  usable(reference: string | undefined): Secret {
    const secret = this.get(reference);
    if (secret.deletion === undefined) return secret;
    throw invalidRequest(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }

  /**
   * A new version, or the one that an earlier request with the same token has made.
   *
   * @throws AwsError ResourceExistsException when that has another value
   */
  addVersion(secret: Secret, id: string, value: SecretValue | undefined): Version {
    const known = secret.versions.get(id);
    if (known !== undefined) return filled(known, value);
    const version: Version = {
      id,
      createdAt: this.#kernel.clock.now(),
      value,
      stages: [],
      readAt: undefined,
    };
    secret.versions.set(id, version);
    this.#forgetDeprecated(secret);
    return version;
  }

  scheduleDeletion(secret: Secret, after: number): void {
    const { clock } = this.#kernel;
    const deletion = { markedAt: clock.now(), at: clock.now() + after };
    secret.deletion = deletion;
    secret.rotation?.cancel?.();
    clock.at(deletion.at, () => {
      if (secret.deletion === deletion) this.remove(secret);
    });
  }

  remove(secret: Secret): void {
    secret.rotation?.cancel?.();
    if (this.#byName.get(secret.name) === secret) this.#byName.delete(secret.name);
  }

  #forgetDeprecated(secret: Secret): void {
    const old = this.#kernel.clock.now() - DAY;
    const deprecated = [...secret.versions.values()].filter(
      ({ stages, createdAt }) => stages.length === 0 && createdAt < old,
    );
    for (const { id } of deprecated.slice(0, Math.max(0, deprecated.length - MOST_DEPRECATED))) {
      secret.versions.delete(id);
    }
  }
}

function filled(version: Version, value: SecretValue | undefined): Version {
  if (version.value === undefined) version.value = value;
  if (isSameValue(version.value, value)) return version;
  const message = `You can't modify an existing version, you can only create a new version. The version ${version.id} exists.`;
  throw new AwsError('ResourceExistsException', message);
}
