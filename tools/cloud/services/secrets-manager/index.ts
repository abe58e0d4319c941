import type { RotationRulesType, SecretsManager, Tag } from '@aws-sdk/client-secrets-manager';
import type { Kernel, Operations } from '../../kernel/index.ts';
import type { MayUseKey } from '../kms/key-use.ts';
import { rotationOperations } from './rotation-operations.ts';
import type { RotationPorts } from './rotation.ts';
import { Rotations } from './rotation.ts';
import type { Secret, SecretOwner } from './secret.ts';
import { CURRENT, moveStage } from './secret.ts';
import { secretOperations } from './secret-operations.ts';
import { Secrets } from './secrets.ts';
import { standing } from './standing.ts';
import { valueOperations } from './value-operations.ts';

export type SecretsManagerService = ReturnType<typeof createSecretsManager>;

/** A secret that a service keeps for itself in the account. */
export interface ManagedSecret {
  readonly name: string;
  readonly description: string;
  readonly value: string;
  readonly keyId: string | undefined;
  readonly tags: Tag[];
  readonly owner: SecretOwner;
  readonly rules: RotationRulesType;
}

/** AWS Secrets Manager: secrets with versions and labels, encrypted by their keys, rotated by functions or their owners. */
export function createSecretsManager(kernel: Kernel, on: RotationPorts & { readonly mayUseKey: MayUseKey }) {
  const secrets = new Secrets(kernel);
  const rotations = new Rotations(kernel, secrets, on);
  return {
    client: '@aws-sdk/client-secrets-manager' as const,
    standing,
    operations: {
      ...secretOperations(secrets, kernel),
      ...valueOperations(secrets, kernel, on.mayUseKey),
      ...rotationOperations(secrets, rotations, kernel),
    } satisfies Operations<SecretsManager>,
    /** ARN of a secret, by name or ARN. */
    arnOf: (reference: string) => secrets.find(reference)?.arn,
    /** Makes a secret that only its owner may change. @throws AwsError ResourceExistsException */
    createManaged: ({
      name: Name,
      description: Description,
      keyId: KmsKeyId,
      tags: Tags,
      ...given
    }: ManagedSecret) => {
      const secret = secrets.create({ Name, Description, KmsKeyId, Tags }, given.owner);
      const version = secrets.addVersion(secret, kernel.ids.uuid(), { text: given.value });
      moveStage(secret, CURRENT, version);
      rotations.configure(secret, undefined, given.rules);
      return secret.arn;
    },
    /** Rotates a managed secret now. */
    rotateManaged: (arn: string) => rotations.begin(secrets.usable(arn), kernel.ids.uuid()),
    /** Removes a managed secret at once. */
    removeManaged: (arn: string) => {
      const secret: Secret | undefined = secrets.find(arn);
      if (secret !== undefined) secrets.remove(secret);
    },
  };
}
