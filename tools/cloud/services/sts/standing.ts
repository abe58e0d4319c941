import type { STS } from '@aws-sdk/client-sts';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that STS has here. */
export const standing = {
  AssumeRole: 'real',
  DecodeAuthorizationMessage: 'real',
  GetAccessKeyInfo: 'record',
  GetCallerIdentity: 'real',
  GetSessionToken: 'real',
} satisfies StandingOf<STS>;
