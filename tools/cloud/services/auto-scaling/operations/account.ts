import type { AutoScaling } from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import type { Engine } from '../engine.ts';
import { QUOTAS } from '../limits.ts';
import { adjustmentTypes } from '../policies.ts';
import { terminationPolicies } from '../victims.ts';

/** What an account may have, what values AWS knows, and what the local cloud leaves out. */
export function accountOperations(engine: Engine) {
  return {
    DescribeAccountLimits: () => ({
      MaxNumberOfAutoScalingGroups: QUOTAS.groups,
      MaxNumberOfLaunchConfigurations: QUOTAS.launchConfigurations,
      NumberOfAutoScalingGroups: [...engine.groups.all()].length,
      NumberOfLaunchConfigurations: 0,
    }),
    DescribeTerminationPolicyTypes: () => ({ TerminationPolicyTypes: [...terminationPolicies] }),
    DescribeAdjustmentTypes: () => ({
      AdjustmentTypes: adjustmentTypes.map((AdjustmentType) => ({ AdjustmentType })),
    }),
    DescribeLaunchConfigurations: () => ({ LaunchConfigurations: [] }),
    DescribeLoadBalancers: ({ AutoScalingGroupName }) => {
      engine.groups.get(AutoScalingGroupName);
      return { LoadBalancers: [] };
    },
  } satisfies Operations<AutoScaling>;
}
