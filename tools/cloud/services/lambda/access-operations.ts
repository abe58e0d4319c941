import type { Lambda } from '@aws-sdk/client-lambda';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Functions } from './functions.ts';
import { ResourcePolicy } from './resource-policy.ts';

/** Who may invoke: the resource-based policies. */
export function accessOperations(kernel: Kernel, functions: Functions) {
  return {
    AddPermission: (input) => {
      const { fn, qualifier, invokedArn } = functions.resolve(input.FunctionName, input.Qualifier);
      const policy = fn.policies.get(qualifier ?? '$LATEST') ?? new ResourcePolicy('');
      const statement = policy.add(input, invokedArn);
      policy.revisionId = kernel.ids.uuid();
      fn.policies.set(qualifier ?? '$LATEST', policy);
      return { Statement: statement };
    },

    RemovePermission: (input) => {
      const { fn, qualifier } = functions.resolve(input.FunctionName, input.Qualifier);
      const policy = policyOf(fn.policies, qualifier);
      policy.remove(input.StatementId ?? '');
      if (policy.isEmpty) fn.policies.delete(qualifier ?? '$LATEST');
      return {};
    },

    GetPolicy: (input) => {
      const { fn, qualifier } = functions.resolve(input.FunctionName, input.Qualifier);
      const policy = policyOf(fn.policies, qualifier);
      return { Policy: policy.toString(), RevisionId: policy.revisionId };
    },
  } satisfies Operations<Lambda>;
}

function policyOf(
  policies: ReadonlyMap<string, ResourcePolicy>,
  qualifier: string | undefined,
): ResourcePolicy {
  const policy = policies.get(qualifier ?? '$LATEST');
  if (policy !== undefined) return policy;
  throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.');
}
