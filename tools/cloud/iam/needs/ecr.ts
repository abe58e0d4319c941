import type { ECR } from '@aws-sdk/client-ecr';
import type { NeedsOf } from './need.ts';
import { named } from './need.ts';

export const ecrNeeds: NeedsOf<ECR> = {
  DescribeRepositories: ({ repositoryNames = ['*'] }, scope) =>
    repositoryNames.map((name) => named(scope, 'ecr', `repository/${name}`)),
};
