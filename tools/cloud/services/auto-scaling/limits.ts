import { AwsError } from '../../kernel/index.ts';

/**
 * What an account or a group may have, by AWS's default quotas.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html
 */
export const QUOTAS = {
  groups: 500,
  launchConfigurations: 200,
  hooks: 50,
  scheduledActions: 125,
  policies: 50,
  stepAdjustments: 20,
  topics: 10,
  targetGroups: 50,
} as const;

/**
 * @param what  `scheduled actions per group`
 * @throws AwsError LimitExceededFault where there would be more than the quota
 */
export function requireWithin(quota: number, count: number, what: string): void {
  if (count <= quota) return;
  throw new AwsError('LimitExceededFault', `You may only have up to ${quota} ${what}.`);
}
