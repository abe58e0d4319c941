import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { LoadBalancer, TargetGroup as TargetGroupView } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Fleet } from '../../../../shared/domain/index.ts';
import { UsageError } from '../../usage-error.ts';
import type { Picture } from '../picture.ts';
import { allBalancers, allTargetGroups, balancerOf, targetGroupOf } from './balancers.ts';
import type { Clients } from './clients.ts';
import { controlPlaneOf } from './control-plane.ts';
import { alarmsByFleet, allGroups, fleetNameOf, groupOf } from './groups.ts';
import { instancesOf, networkOf } from './network.ts';

/** What is to be looked at: at most one of them; none stands for every fleet. */
export interface Subject {
  readonly fleet?: string;
  readonly loadBalancer?: string;
  readonly group?: string;
}

/** What belongs together: groups, the target groups they register in, the load balancers before those. */
interface Scope {
  readonly groups: readonly AutoScalingGroup[];
  readonly targetGroups: readonly TargetGroupView[];
  readonly balancers: readonly LoadBalancer[];
}

/**
 * Looks once at all that belongs to a subject.
 *
 * @param fleets what fleets.yml says; none where there is no such file
 * @throws UsageError when there is no such fleet, load balancer or group
 */
export async function observe(
  clients: Clients,
  subject: Subject,
  fleets: readonly Fleet[],
): Promise<Picture> {
  const scope = await scopeOf(clients, subject, fleets);
  const now = await clients.now();
  const alarms = await alarmsByFleet(clients);
  const groups = await Promise.all(scope.groups.map((one) => groupOf(clients, one, fleets, alarms, now)));
  const targetGroups = await Promise.all(scope.targetGroups.map((one) => targetGroupOf(clients, one)));
  const balancers = await Promise.all(scope.balancers.map((one) => balancerOf(clients, one, now)));
  const ids = [
    ...groups.flatMap(({ members }) => members.map(({ id }) => id)),
    ...targetGroups.flatMap(({ targets }) => targets.map(({ id }) => id)),
  ].filter((id) => id.startsWith('i-'));
  const instances = await instancesOf(clients, [...new Set(ids)]);
  const vpcIds = [
    ...[...instances.values()].map(({ vpcId }) => vpcId),
    ...scope.balancers.flatMap(({ VpcId }) => VpcId ?? []),
  ];
  return {
    now,
    region: await clients.ec2.config.region(),
    about: subject.loadBalancer === undefined ? 'groups' : 'load balancer',
    balancers,
    targetGroups,
    groups,
    instances,
    network: await networkOf(clients, [...new Set(vpcIds)]),
    controlPlane: await controlPlaneOf(clients, now),
  };
}

async function scopeOf(clients: Clients, subject: Subject, fleets: readonly Fleet[]): Promise<Scope> {
  const everything = {
    groups: await allGroups(clients),
    targetGroups: await allTargetGroups(clients),
    balancers: await allBalancers(clients),
  };
  if (subject.loadBalancer !== undefined) return behind(everything, subject.loadBalancer);
  return before(everything, chosenGroups(everything, subject, fleets));
}

function chosenGroups(
  { groups }: Scope,
  { fleet, group }: Subject,
  fleets: readonly Fleet[],
): AutoScalingGroup[] {
  if (group !== undefined) {
    const found = groups.filter(({ AutoScalingGroupName }) => AutoScalingGroupName === group);
    if (found.length > 0) return found;
    throw new UsageError(
      `--group ${group}: there is no such Auto Scaling group${among(groups.map((one) => one.AutoScalingGroupName))}`,
    );
  }
  const managed = groups.filter((one) => fleetNameOf(one, fleets) !== undefined);
  const chosen = managed.filter((one) => fleet === undefined || fleetNameOf(one, fleets) === fleet);
  if (chosen.length > 0) return chosen;
  const names = [...new Set(managed.map((one) => fleetNameOf(one, fleets)))];
  throw new UsageError(
    fleet === undefined
      ? 'no Auto Scaling group has the tag evenkeel:fleet: name one by --group, or a load balancer by --load-balancer'
      : `--fleet ${fleet}: no Auto Scaling group has the tag evenkeel:fleet=${fleet}${among(names)}`,
  );
}

/** A load balancer, what it forwards to, and the groups that register there. */
function behind({ groups, targetGroups, balancers }: Scope, wanted: string): Scope {
  const found = balancers.filter(
    ({ LoadBalancerArn, LoadBalancerName }) => LoadBalancerArn === wanted || LoadBalancerName === wanted,
  );
  if (found.length === 0)
    throw new UsageError(
      `--load-balancer ${wanted}: there is no such load balancer${among(balancers.map((one) => one.LoadBalancerName))}`,
    );
  const arns = new Set(found.map(({ LoadBalancerArn }) => LoadBalancerArn));
  const mine = targetGroups.filter(({ LoadBalancerArns = [] }) =>
    LoadBalancerArns.some((arn) => arns.has(arn)),
  );
  return {
    balancers: found,
    targetGroups: mine,
    groups: groups.filter(({ TargetGroupARNs = [] }) =>
      mine.some(({ TargetGroupArn = '' }) => TargetGroupARNs.includes(TargetGroupArn)),
    ),
  };
}

/** Groups, what they register in, and the load balancers before it. */
function before({ targetGroups, balancers }: Scope, groups: readonly AutoScalingGroup[]): Scope {
  const arns = new Set(groups.flatMap(({ TargetGroupARNs = [] }) => TargetGroupARNs));
  const mine = targetGroups.filter(({ TargetGroupArn = '' }) => arns.has(TargetGroupArn));
  const balancerArns = new Set(mine.flatMap(({ LoadBalancerArns = [] }) => LoadBalancerArns));
  return {
    groups,
    targetGroups: mine,
    balancers: balancers.filter(({ LoadBalancerArn = '' }) => balancerArns.has(LoadBalancerArn)),
  };
}

function among(names: readonly (string | undefined)[]): string {
  const known = names.flatMap((name) => name ?? []).slice(0, 10);
  return known.length === 0 ? '' : `; there is ${known.join(', ')}`;
}
