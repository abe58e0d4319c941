import type { ECR } from '@aws-sdk/client-ecr';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { standing } from './standing.ts';

export type EcrService = ReturnType<typeof createEcr>;

/**
 * Amazon ECR of an account without repositories: functions are deployed from archives. `sls remove` asks for the
 * repository that images would lie in.
 */
export function createEcr({ account }: Kernel) {
  return {
    client: '@aws-sdk/client-ecr' as const,
    standing,
    operations: {
      DescribeRepositories: ({ repositoryNames: [name] = [], registryId = account.id }) => {
        if (name === undefined) return { repositories: [] };
        throw new AwsError(
          'RepositoryNotFoundException',
          `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
        );
      },
    } satisfies Operations<ECR>,
  };
}
