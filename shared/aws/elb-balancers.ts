import {
  DeregisterTargetsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Balancers } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { isTargetMissing } from './errors.ts';
import { instanceAddresses } from './instance-addresses.ts';
import type { Looks } from './shared-looks.ts';
import { ownLooks } from './shared-looks.ts';

/** Reasons of the state `unused` that mean that nothing is registered. */
const NOT_REGISTERED = new Set(['Target.NotRegistered']);

/** What is seen of a target group may be so old; which there are, so old. */
const FRESH = { targets: 2, groups: 60 } as const;

/** A registration: of an instance by its id, or by one of its addresses. */
interface Registration {
  readonly id: string;
  readonly port?: number | undefined;
  readonly state: string;
}

/**
 * Target groups, by the API of Elastic Load Balancing v2. Targets are instances, by id or by address; one may have
 * several ports.
 *
 * @param addressesOf the private addresses of an instance: asked for only where targets are registered by address
 */
export function elbBalancers(
  client = new ElasticLoadBalancingV2Client(CLIENT_OPTIONS),
  addressesOf: (instance: string) => Promise<readonly string[]> = instanceAddresses(),
  looks: Looks = ownLooks,
): Balancers {
  const targets = (arn: string) => looks(`targets#${arn}`, FRESH.targets, () => allTargetsOf(client, arn));
  const groups = () => looks('target-groups', FRESH.groups, () => targetGroups(client));
  const targetsOf = async (arn: string, instance: string): Promise<readonly Registration[]> => {
    const all = await targets(arn);
    const own = all.filter(({ id }) => id === instance);
    if (own.length > 0 || !all.some(({ id }) => isAddress(id))) return own;
    const addresses = new Set(await addressesOf(instance));
    return all.filter(({ id }) => addresses.has(id));
  };
  return {
    targetState: async (targetGroupArn, instance) => {
      const states = (await targetsOf(targetGroupArn, instance)).map(({ state }) => state);
      // An instance is as busy as the busiest of its ports.
      return states.find((state) => state !== 'unused') ?? states[0];
    },
    inFrontOf: (targetGroupArns) => inFrontOf(client, targetGroupArns),
    targetGroupsOf: async (instance) => {
      const arns: string[] = [];
      for (const arn of await groups()) if ((await targetsOf(arn, instance)).length > 0) arns.push(arn);
      return arns;
    },
    deregister: async (targetGroupArn, instance) => {
      const registered = await targetsOf(targetGroupArn, instance);
      if (registered.length === 0) return;
      await whereItExists(() =>
        client.send(
          new DeregisterTargetsCommand({
            TargetGroupArn: targetGroupArn,
            Targets: registered.map(({ id, port }) => ({ Id: id, Port: port })),
          }),
        ),
      );
    },
  };
}

/** The most target groups of one call. @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html */
const MOST_GROUPS = 20;

async function inFrontOf(
  client: ElasticLoadBalancingV2Client,
  targetGroupArns: readonly string[],
): Promise<readonly string[]> {
  const arns = new Set<string>();
  for (let first = 0; first < targetGroupArns.length; first += MOST_GROUPS) {
    const TargetGroupArns = targetGroupArns.slice(first, first + MOST_GROUPS);
    const described = await whereItExists(() =>
      client.send(new DescribeTargetGroupsCommand({ TargetGroupArns })),
    );
    for (const { LoadBalancerArns = [] } of described?.TargetGroups ?? [])
      for (const arn of LoadBalancerArns) arns.add(arn);
  }
  const names = [...arns].map((arn) => arn.slice(arn.indexOf(BALANCER) + BALANCER.length));
  return names.filter((name) => name.startsWith('app/')).toSorted();
}

const BALANCER = ':loadbalancer/';

function isAddress(id: string): boolean {
  return !id.startsWith('i-');
}

/** Target groups that instances can be in: those of Lambda functions and of load balancers have none. */
async function targetGroups(client: ElasticLoadBalancingV2Client): Promise<readonly string[]> {
  const groups: string[] = [];
  for await (const page of paginateDescribeTargetGroups({ client }, {}))
    for (const { TargetGroupArn, TargetType } of page.TargetGroups ?? [])
      if (TargetGroupArn !== undefined && (TargetType === 'instance' || TargetType === 'ip'))
        groups.push(TargetGroupArn);
  return groups;
}

/** The registrations in a target group, one for each port; those that drain included. */
async function allTargetsOf(
  client: ElasticLoadBalancingV2Client,
  targetGroupArn: string,
): Promise<readonly Registration[]> {
  // Asked for one target, AWS answers for its default port alone: hence all of the group's.
  const health = await whereItExists(() =>
    client.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn })),
  );
  return (health?.TargetHealthDescriptions ?? []).flatMap(({ Target, TargetHealth }) =>
    Target?.Id === undefined || NOT_REGISTERED.has(TargetHealth?.Reason ?? '')
      ? []
      : [{ id: Target.Id, port: Target.Port, state: TargetHealth?.State ?? 'unavailable' }],
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
