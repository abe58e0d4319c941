import type { ECR } from '@aws-sdk/client-ecr';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that ECR has here. */
export const standing = {
  DescribeRepositories: 'record',
} satisfies StandingOf<ECR>;
