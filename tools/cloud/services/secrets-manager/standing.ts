import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that Secrets Manager has here. */
export const standing = {
  BatchGetSecretValue: 'real',
  CancelRotateSecret: 'real',
  CreateSecret: 'real',
  DeleteResourcePolicy: 'real',
  DeleteSecret: 'real',
  DescribeSecret: 'real',
  GetRandomPassword: 'real',
  GetResourcePolicy: 'real',
  GetSecretValue: 'real',
  ListSecretVersionIds: 'real',
  ListSecrets: 'real',
  PutResourcePolicy: 'real',
  PutSecretValue: 'real',
  RestoreSecret: 'real',
  RotateSecret: 'real',
  TagResource: 'real',
  UntagResource: 'real',
  UpdateSecret: 'real',
  UpdateSecretVersionStage: 'real',
  ValidateResourcePolicy: 'real',
} satisfies StandingOf<SecretsManager>;
