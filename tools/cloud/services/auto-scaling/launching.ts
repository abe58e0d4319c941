import { AwsError } from '../../kernel/index.ts';
import type { InstanceRecord } from '../ec2/api.ts';
import type { Activity } from './activities.ts';
import { sentence } from './causes.ts';
import type { Engine } from './engine.ts';
import { runs } from './engine.ts';
import { countedInstances, defaultWarmup, isWarmed, moveTo, statePrefix } from './instances.ts';
import type { LaunchSource } from './launch-source.ts';
import { nextSource, resolve, templateOf } from './launch-source.ts';
import type { HooksOutcome } from './lifecycle-actions.ts';
import { manage } from './managed-instance.ts';
import { choicesFor } from './mixed-instances/choices.ts';
import { marketOfNext } from './mixed-instances/markets.ts';
import type { Group, GroupInstance, LaunchedFrom, Location, Place } from './model.ts';
import { tellOutcome } from './notices.ts';
import { tally } from './placement.ts';
import { activeRefresh } from './refresh/model.ts';
import { terminateInstance } from './terminating.ts';
import { settleInPool } from './warm-pool/settling.ts';

const SECOND = 1000;
/** AWS publishes no numbers for "we throttle launches that keep failing". */
const FIRST_RETRY = 15 * SECOND;
const LAST_RETRY = 600 * SECOND;

/**
 * Starts one instance and sees it into service or into the warm pool, or records why it could not be started.
 *
 * @returns whether EC2 started it
 */
export function launchInstance(
  engine: Engine,
  group: Group,
  place: Place,
  cause: string,
  destination: Exclude<Location, 'EC2'> = 'AutoScalingGroup',
): boolean {
  const details = { 'Subnet ID': place.subnetId, 'Availability Zone': place.zone };
  try {
    const { record, template } = startInstance(engine, group, place, nextSource(group));
    const activity = engine.activities.start(group, {
      kind: 'launch',
      description: `Launching a new EC2 instance${destination === 'WarmPool' ? ' into warm pool' : ''}: ${record.id}`,
      cause,
      details,
      status: 'PreInService',
      progress: 30,
    });
    admitInstance(engine, group, record, template, { activity, cause, destination });
    return true;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const description = `Launching a new EC2 instance.  Status Reason: ${error.message}. Launching EC2 instance failed.`;
    const activity = engine.activities.start(group, { kind: 'launch', description, cause, details });
    failLaunch(engine, group, activity, `${error.message}. Launching EC2 instance failed.`);
    group.launchFailures.zones.set(place.zone, engine.kernel.clock.now());
    return false;
  }
}

/** Tries the types of a mixed instances policy one after the other, until one has capacity. */
function startInstance(engine: Engine, group: Group, place: Place, source: LaunchSource): Started {
  const { ec2 } = engine.on;
  const counted = countedInstances(group);
  const market = marketOfNext(source.distribution, counted);
  const inZone = counted.filter(({ zone }) => zone === place.zone);
  const purchase = { market, zone: place.zone, present: tally(inZone, 'instanceType') };
  let refused: unknown;
  for (const override of choicesFor(source, purchase, ec2)) {
    const template = resolve(ec2, templateOf(source, override));
    const { InstanceType, ImageId } = override;
    try {
      const record = ec2.launch({
        launchTemplate: { id: template.id, version: String(template.version) },
        overrides: {
          ...(InstanceType === undefined ? {} : { instanceType: InstanceType }),
          ...(ImageId === undefined ? {} : { imageId: ImageId }),
        },
        subnetId: place.subnetId,
        tags: instanceTags(group),
        ...(market === undefined ? {} : { market }),
      });
      return { record, template };
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'InsufficientInstanceCapacity') throw error;
      refused = error;
    }
  }
  throw refused;
}

interface Started {
  readonly record: InstanceRecord;
  readonly template: LaunchedFrom;
}

function instanceTags(group: Group): Map<string, string> {
  const tags = new Map([['aws:autoscaling:groupName', group.name]]);
  for (const [key, tag] of group.tags) if (tag.propagateAtLaunch) tags.set(key, tag.value);
  return tags;
}

function admitInstance(
  engine: Engine,
  group: Group,
  record: InstanceRecord,
  template: LaunchedFrom,
  {
    activity,
    cause,
    destination,
  }: { activity: Activity; cause: string; destination: Exclude<Location, 'EC2'> },
): void {
  const isWarming = destination === 'WarmPool';
  const instance = manage(group, record, {
    template,
    activity,
    state: isWarming ? 'Warmed:Pending' : 'Pending',
    route: { origin: 'EC2', destination },
  });
  if (isWarming) engine.groups.addToPool(group, instance);
  else engine.groups.addInstance(group, instance);
  moveTo(engine, group, instance, instance.state, cause);
}

/** EC2 runs the instance: on to its launch hooks, or straight to where it goes. */
export function onRunning(engine: Engine, group: Group, instance: GroupInstance): void {
  const transition = 'autoscaling:EC2_INSTANCE_LAUNCHING';
  const waits = [...group.hooks.values()].some((hook) => hook.LifecycleTransition === transition);
  if (!waits) {
    arrive(engine, group, instance);
    return;
  }
  moveTo(engine, group, instance, `${statePrefix(instance)}Pending:Wait`);
  if (instance.activity !== undefined) instance.activity.status = 'MidLifecycleAction';
  engine.lifecycleActions.begin(group, instance, transition, (outcome) => {
    if (outcome.result === 'ABANDON') abandonLaunch(engine, group, instance, outcome);
    else proceed(engine, group, instance);
  });
}

function proceed(engine: Engine, group: Group, instance: GroupInstance): void {
  const proceeding = `${statePrefix(instance)}Pending:Proceed` as const;
  moveTo(engine, group, instance, proceeding);
  engine.kernel.clock.after(SECOND, () => {
    if (instance.state === proceeding) arrive(engine, group, instance);
  });
}

function arrive(engine: Engine, group: Group, instance: GroupInstance): void {
  if (!isWarmed(instance)) {
    enterService(engine, group, instance);
    return;
  }
  settleInPool(engine, group, instance, () => {
    if (instance.activity !== undefined) {
      tellOutcome(engine, group, 'launch', true, instance.activity, instance);
      engine.activities.finish(instance.activity, 'Successful');
    }
    instance.activity = undefined;
    group.launchFailures.count = 0;
    engine.wake(group);
  });
}

function abandonLaunch(engine: Engine, group: Group, instance: GroupInstance, outcome: HooksOutcome): void {
  if (instance.activity !== undefined)
    failLaunch(engine, group, instance.activity, outcome.message, instance);
  instance.activity = undefined;
  const now = engine.kernel.clock.now();
  terminateInstance(
    engine,
    group,
    instance,
    sentence(now, 'an instance was taken out of service in response to a launch failure'),
  );
}

/** The instance ended before it was in service, by its own fault or someone's hand. */
export function launchInterrupted(engine: Engine, group: Group, instance: GroupInstance): void {
  engine.lifecycleActions.dropAll(instance);
  const message =
    'Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Client.UserInitiatedShutdown: User initiated shutdown';
  if (instance.activity !== undefined) failLaunch(engine, group, instance.activity, message, instance);
  engine.on.ec2.terminate(instance.id);
  moveTo(engine, group, instance, `${statePrefix(instance)}Terminated`, message);
  engine.groups.removeInstance(group, instance);
  engine.wake(group);
}

/** Registers with the target groups, which is after the launch hooks, and counts as healthy from then on. */
export function enterService(engine: Engine, group: Group, instance: GroupInstance): void {
  if (runs(group, 'AddToLoadBalancer')) registerTargets(engine, group, instance);
  instance.inServiceSince = engine.kernel.clock.now();
  moveTo(engine, group, instance, 'InService');
  group.launchFailures.count = 0;
  group.launchFailures.zones.delete(instance.zone);
  const { activity } = instance;
  if (activity !== undefined) {
    tellOutcome(engine, group, 'launch', true, activity, instance);
    finishAfterWarmup(engine, group, instance, activity);
  }
  engine.wake(group);
}

export function registerTargets(engine: Engine, group: Group, instance: GroupInstance): void {
  for (const targetGroup of group.targetGroups) {
    try {
      engine.on.elb.registerTarget(targetGroup, instance.id);
      instance.targetGroups.add(targetGroup);
    } catch (error) {
      // A target group that is gone, or in another VPC, keeps the instance unregistered but in service.
      if (!(error instanceof AwsError)) throw error;
    }
  }
}

function finishAfterWarmup(engine: Engine, group: Group, instance: GroupInstance, activity: Activity): void {
  const finish = () => {
    if (instance.activity !== activity) return;
    engine.activities.finish(activity, 'Successful');
    instance.activity = undefined;
  };
  const warmup = defaultWarmup(group) ?? 0;
  if (warmup === 0) {
    finish();
    return;
  }
  activity.status = 'WaitingForInstanceWarmup';
  activity.progress = 60;
  engine.kernel.clock.after(warmup * SECOND, finish);
}

export function failLaunch(
  engine: Engine,
  group: Group,
  activity: Activity,
  message: string,
  instance?: GroupInstance,
): void {
  engine.activities.finish(activity, 'Failed', message);
  tellOutcome(engine, group, 'launch', false, activity, instance);
  const failures = group.launchFailures;
  failures.count++;
  const pause = Math.min(FIRST_RETRY * 2 ** (failures.count - 1), LAST_RETRY);
  failures.retryAt = engine.kernel.clock.now() + pause;
  const refresh = activeRefresh(group);
  if (refresh !== undefined) refresh.failures++;
}
