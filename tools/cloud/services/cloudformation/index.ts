import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { Engine } from './engine/engine.ts';
import { changeSetOperations } from './operations/change-sets.ts';
import { stackQueries } from './operations/queries.ts';
import { stackOperations } from './operations/stacks.ts';
import { templateOperations } from './operations/templates.ts';
import type { ProvidedServices } from './providers/apis.ts';
import { standing } from './standing.ts';

export type CloudFormationService = ReturnType<typeof createCloudFormation>;

/**
 * AWS CloudFormation: stacks, change sets and templates, made through the other services' own APIs.
 *
 * @param on  the services whose resources templates may declare
 */
export function createCloudFormation(kernel: Kernel, on: ProvidedServices) {
  const engine = new Engine(kernel, on);
  return {
    client: '@aws-sdk/client-cloudformation' as const,
    standing,
    operations: {
      ...stackOperations(engine),
      ...changeSetOperations(engine),
      ...stackQueries(engine),
      ...templateOperations(engine),
    } satisfies Operations<CloudFormation>,
  };
}
