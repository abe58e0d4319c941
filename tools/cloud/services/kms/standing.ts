import type { KMS } from '@aws-sdk/client-kms';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that KMS has here. */
export const standing = {
  CancelKeyDeletion: 'real',
  CreateAlias: 'real',
  CreateKey: 'real',
  Decrypt: 'real',
  DeleteAlias: 'real',
  DescribeKey: 'real',
  DisableKey: 'real',
  DisableKeyRotation: 'record',
  EnableKey: 'real',
  EnableKeyRotation: 'record',
  Encrypt: 'real',
  GenerateDataKey: 'real',
  GenerateDataKeyWithoutPlaintext: 'real',
  GetKeyPolicy: 'real',
  GetKeyRotationStatus: 'record',
  ListAliases: 'real',
  ListKeys: 'real',
  ListResourceTags: 'record',
  PutKeyPolicy: 'real',
  ScheduleKeyDeletion: 'real',
  TagResource: 'record',
  UntagResource: 'real',
  UpdateAlias: 'real',
  UpdateKeyDescription: 'record',
} satisfies StandingOf<KMS>;
