import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeInstanceRefreshesCommand,
  DescribeScalingActivitiesCommand,
  paginateDescribeAutoScalingGroups,
  RecordLifecycleActionHeartbeatCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SetInstanceProtectionCommand,
  StartInstanceRefreshCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import type { DescribeAutoScalingGroupsCommandInput } from '@aws-sdk/client-auto-scaling';
import type { Fleet, Group, LifecycleAction, Seconds } from '../domain/index.ts';
import type { Groups } from '../ports/index.ts';
import { activityOf, groupOf, refreshOf } from './auto-scaling-shapes.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import {
  isBusy,
  isGone,
  isNoActiveLifecycleAction,
  isNotInService,
  isOutOfBounds,
  isRefreshInProgress,
} from './errors.ts';
import type { Looks } from './shared-looks.ts';
import { ownLooks } from './shared-looks.ts';

/** What is seen of a group may be so old where looks are shared. */
const FRESH: Seconds = 2;

/**
 * Auto Scaling groups, by the API of EC2 Auto Scaling.
 *
 * @param looks how the description of one group, and of its instances, is read
 */
export function autoScalingGroups(
  client = new AutoScalingClient(CLIENT_OPTIONS),
  looks: Looks = ownLooks,
): Groups {
  return {
    ...reading(client, looks),
    ...changing(client),
    ...launching(client),
    ...protecting(client),
    ...answering(client),
    ...refreshing(client),
  };
}

function reading(
  client: AutoScalingClient,
  looks: Looks,
): Pick<Groups, 'ofFleet' | 'ofFleets' | 'named' | 'ofInstance' | 'activities'> {
  const list = async (input: DescribeAutoScalingGroupsCommandInput): Promise<Group[]> => {
    const groups: Group[] = [];
    for await (const page of paginateDescribeAutoScalingGroups({ client }, input)) {
      groups.push(...(page.AutoScalingGroups ?? []).map(groupOf));
    }
    return groups;
  };
  const described = async (name: string): Promise<Group | null> => {
    const { AutoScalingGroups } = await client.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
    );
    return AutoScalingGroups?.map(groupOf)[0] ?? null;
  };
  const named = async (name: string): Promise<Group | undefined> =>
    (await looks(`group#${name}`, FRESH, () => described(name))) ?? undefined;
  return {
    ofFleet: async (fleet) => onlyGroup(fleet, await list(adoptionFilter(fleet))),
    ofFleets: async (fleets) => {
      const groups = await list({});
      const found = fleets.flatMap((fleet): [string, Group][] => {
        const group = onlyGroup(
          fleet,
          groups.filter((candidate) => isAdopted(fleet, candidate)),
        );
        return group === undefined ? [] : [[fleet.name, group]];
      });
      return new Map(found);
    },
    named,
    ofInstance: async (instance, group) => {
      // Shared looks pay for themselves with hundreds at one group only; one look at one instance is the lighter.
      if (group === undefined || looks === ownLooks) return ofInstance(client, instance);
      const found = (await named(group))?.instances.find(({ id }) => id === instance);
      return found && { group, lifecycle: found.lifecycle, isHealthy: found.isHealthy };
    },
    activities: async (group, limit) => {
      const { Activities } = await client.send(
        new DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, MaxRecords: limit }),
      );
      return (Activities ?? []).map(activityOf);
    },
  };
}

async function ofInstance(client: AutoScalingClient, instance: string) {
  const { AutoScalingInstances } = await client.send(
    new DescribeAutoScalingInstancesCommand({ InstanceIds: [instance] }),
  );
  const [found] = AutoScalingInstances ?? [];
  if (found?.AutoScalingGroupName === undefined) return undefined;
  const { AutoScalingGroupName: group, LifecycleState: lifecycle = '', HealthStatus = '' } = found;
  return { group, lifecycle, isHealthy: HealthStatus.toUpperCase() !== 'UNHEALTHY' };
}

function adoptionFilter({ adopt }: Fleet): DescribeAutoScalingGroupsCommandInput {
  if ('group' in adopt) return { AutoScalingGroupNames: [adopt.group] };
  return { Filters: [{ Name: `tag:${adopt.tag.key}`, Values: [adopt.tag.value] }] };
}

function isAdopted({ adopt }: Fleet, group: Group): boolean {
  if ('group' in adopt) return group.name === adopt.group;
  return group.tags[adopt.tag.key] === adopt.tag.value;
}

function onlyGroup(fleet: Fleet, groups: readonly Group[]): Group | undefined {
  if (groups.length > 1) {
    const names = groups.map(({ name }) => name).join(', ');
    throw new Error(`fleet ${fleet.name} has ${groups.length} groups where one is wanted: ${names}`);
  }
  return groups[0];
}

function changing(
  client: AutoScalingClient,
): Pick<Groups, 'setDesired' | 'terminateAndDecrement' | 'terminateAndReplace'> {
  return {
    setDesired: async (group, desired) => {
      try {
        await client.send(
          new SetDesiredCapacityCommand({
            AutoScalingGroupName: group,
            DesiredCapacity: desired,
            HonorCooldown: false,
          }),
        );
        return 'done';
      } catch (error) {
        if (isBusy(error)) return 'busy';
        throw error;
      }
    },
    terminateAndDecrement: (instance) => terminate(client, instance, true),
    terminateAndReplace: async (instance) => {
      const effect = await terminate(client, instance, false);
      return effect === 'refused' ? 'busy' : effect;
    },
  };
}

async function terminate(
  client: AutoScalingClient,
  instance: string,
  isDecremented: boolean,
): Promise<'done' | 'gone' | 'refused' | 'busy'> {
  try {
    await client.send(
      new TerminateInstanceInAutoScalingGroupCommand({
        InstanceId: instance,
        ShouldDecrementDesiredCapacity: isDecremented,
      }),
    );
    return 'done';
  } catch (error) {
    if (isBusy(error)) return 'busy';
    if (isOutOfBounds(error)) return 'refused';
    if (isGone(error)) return 'gone';
    throw error;
  }
}

function launching(client: AutoScalingClient): Pick<Groups, 'suspendLaunch' | 'resumeLaunch'> {
  const input = (group: string) => ({ AutoScalingGroupName: group, ScalingProcesses: ['Launch'] });
  return {
    suspendLaunch: async (group) => {
      await client.send(new SuspendProcessesCommand(input(group)));
    },
    resumeLaunch: async (group) => {
      await client.send(new ResumeProcessesCommand(input(group)));
    },
  };
}

/** The most of one call. @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html */
const MOST_PROTECTED = 50;

function protecting(client: AutoScalingClient): Pick<Groups, 'protect'> {
  const protect = async (group: string, InstanceIds: string[], ProtectedFromScaleIn: boolean) => {
    try {
      await client.send(
        new SetInstanceProtectionCommand({ AutoScalingGroupName: group, InstanceIds, ProtectedFromScaleIn }),
      );
    } catch (error) {
      if (!isGone(error) && !isNotInService(error)) throw error;
      // One of them has left: the others are to be had one by one.
      for (const id of InstanceIds.length > 1 ? InstanceIds : [])
        await protect(group, [id], ProtectedFromScaleIn);
    }
  };
  return {
    protect: async (group, instances, isProtected) => {
      for (let first = 0; first < instances.length; first += MOST_PROTECTED)
        await protect(group, instances.slice(first, first + MOST_PROTECTED), isProtected);
    },
  };
}

function answering(client: AutoScalingClient): Pick<Groups, 'complete' | 'heartbeat'> {
  return {
    complete: (action, result) =>
      whileActive(() =>
        client.send(
          new CompleteLifecycleActionCommand({ ...actionInput(action), LifecycleActionResult: result }),
        ),
      ),
    heartbeat: (action) =>
      whileActive(() => client.send(new RecordLifecycleActionHeartbeatCommand(actionInput(action)))),
  };
}

function actionInput(action: LifecycleAction) {
  return {
    AutoScalingGroupName: action.group,
    LifecycleHookName: action.hook,
    // Without a token Auto Scaling finds the action by its instance.
    ...(action.token === '' ? {} : { LifecycleActionToken: action.token }),
    InstanceId: action.instance,
  };
}

/** An action that is over answers an error that no retry mends: it is an answer here. */
async function whileActive(call: () => Promise<unknown>): Promise<'done' | 'gone'> {
  try {
    await call();
    return 'done';
  } catch (error) {
    if (isNoActiveLifecycleAction(error)) return 'gone';
    throw error;
  }
}

function refreshing(client: AutoScalingClient): Pick<Groups, 'startRefresh' | 'refreshes'> {
  return {
    startRefresh: async (request) => {
      try {
        const { InstanceRefreshId } = await client.send(
          new StartInstanceRefreshCommand({
            AutoScalingGroupName: request.group,
            Strategy: 'Rolling',
            DesiredConfiguration: {
              LaunchTemplate: { LaunchTemplateId: request.template.id, Version: request.template.version },
            },
            Preferences: {
              MinHealthyPercentage: request.minHealthyPercentage,
              MaxHealthyPercentage: request.maxHealthyPercentage,
              BakeTime: request.bakeSeconds,
              ...(request.checkpoints !== undefined && {
                CheckpointPercentages: [...request.checkpoints.percentages],
                CheckpointDelay: request.checkpoints.delay,
              }),
              AutoRollback: true,
              SkipMatching: true,
              // Protected and standby instances are never touched: neither replaced nor waited for.
              ScaleInProtectedInstances: 'Ignore',
              StandbyInstances: 'Ignore',
            },
          }),
        );
        if (InstanceRefreshId === undefined) throw new Error('StartInstanceRefresh answered without an id');
        return { started: InstanceRefreshId };
      } catch (error) {
        if (isRefreshInProgress(error) || isBusy(error)) return 'busy';
        throw error;
      }
    },
    refreshes: async (group, limit) => {
      const { InstanceRefreshes } = await client.send(
        new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: group, MaxRecords: limit }),
      );
      return (InstanceRefreshes ?? []).map(refreshOf);
    },
  };
}
