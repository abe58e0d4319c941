import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { invalidRequest } from './secret.ts';
import { identity } from './secret-operations.ts';
import type { Rotations } from './rotation.ts';
import { checkIdle } from './rotation.ts';
import type { Secrets } from './secrets.ts';

/** By what and when secrets are rotated, and rotation on demand. */
export function rotationOperations(secrets: Secrets, rotations: Rotations, { ids }: Kernel) {
  return {
    RotateSecret: (input) => {
      const secret = secrets.usable(input.SecretId);
      const token = input.ClientRequestToken ?? ids.uuid();
      if (secret.owner !== undefined && input.RotationLambdaARN !== undefined) {
        throw invalidRequest(`The secret ${secret.name} is rotated by ${secret.owner.service} itself.`);
      }
      if (input.RotateImmediately !== false) checkIdle(secret);
      rotations.configure(secret, input.RotationLambdaARN, input.RotationRules);
      if (input.RotateImmediately === false) return identity(secret);
      rotations.begin(secret, token);
      return { ...identity(secret), VersionId: token };
    },
    CancelRotateSecret: ({ SecretId }) => {
      const secret = secrets.usable(SecretId);
      if (secret.rotation === undefined) {
        throw invalidRequest(
          'You tried to enable rotation on a secret that does not have rotation configured.',
        );
      }
      const pending = rotations.cancel(secret);
      return { ...identity(secret), ...(pending === undefined ? {} : { VersionId: pending }) };
    },
  } satisfies Operations<SecretsManager>;
}
