import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Balancers } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { isTargetMissing } from './errors.ts';

/** Reasons of the state `unused` that mean that nothing is registered. */
const NOT_REGISTERED = new Set(['Target.NotRegistered']);

/** Target groups, by the API of Elastic Load Balancing v2. Targets are instances; one may have several ports. */
export function elbBalancers(client = new ElasticLoadBalancingV2Client(CLIENT_OPTIONS)): Balancers {
  return {
    targetState: async (targetGroupArn, instance) => {
      const targets = await targetsOf(client, targetGroupArn, instance);
      const states = targets.map(({ TargetHealth }) => TargetHealth?.State ?? 'unavailable');
      // An instance is as busy as the busiest of its ports.
      return states.find((state) => state !== 'unused') ?? states[0];
    },
    targetGroupsOf: async (instance) => {
      const arns: string[] = [];
      for (const arn of await instanceTargetGroups(client))
        if ((await targetsOf(client, arn, instance)).length > 0) arns.push(arn);
      return arns;
    },
    deregister: async (targetGroupArn, instance) => {
      const targets = await targetsOf(client, targetGroupArn, instance);
      if (targets.length === 0) return;
      await whereItExists(() =>
        client.send(
          new DeregisterTargetsCommand({
            TargetGroupArn: targetGroupArn,
            Targets: targets.map(({ Target }) => ({ Id: instance, Port: Target?.Port })),
          }),
        ),
      );
    },
  };
}

async function instanceTargetGroups(client: ElasticLoadBalancingV2Client): Promise<readonly string[]> {
  const arns: string[] = [];
  for await (const page of paginateDescribeTargetGroups({ client }, {}))
    for (const { TargetGroupArn, TargetType } of page.TargetGroups ?? [])
      if (TargetGroupArn !== undefined && TargetType === 'instance') arns.push(TargetGroupArn);
  return arns;
}

/** The registrations of an instance in a target group, one for each port; those that drain included. */
async function targetsOf(
  client: ElasticLoadBalancingV2Client,
  targetGroupArn: string,
  instance: string,
): Promise<readonly TargetHealthDescription[]> {
  // Asked for one target, AWS answers for its default port alone: hence all of the group's.
  const health = await whereItExists(() =>
    client.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn })),
  );
  return (health?.TargetHealthDescriptions ?? []).filter(
    ({ Target, TargetHealth }) => Target?.Id === instance && !NOT_REGISTERED.has(TargetHealth?.Reason ?? ''),
  );
}

/** A target group that was deleted in between has no targets: that is an answer, not an error. */
async function whereItExists<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isTargetMissing(error)) return undefined;
    throw error;
  }
}
