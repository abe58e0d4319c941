import { beginCooldown } from './capacity.ts';
import * as causes from './causes.ts';
import { askForVictims, choosingFunction } from './custom-termination/asking.ts';
import { terminationRequest } from './custom-termination/request.ts';
import type { Engine } from './engine.ts';
import { runs } from './engine.ts';
import { replaceUnhealthy } from './health.ts';
import {
  countedCapacity,
  countedInstances,
  isInService,
  isPending,
  placesOf,
  wantedCapacity,
} from './instances.ts';
import { nextSource, resolve } from './launch-source.ts';
import { launchInstance } from './launching.ts';
import { marketInExcess } from './mixed-instances/markets.ts';
import type { Group, GroupInstance, LaunchedFrom, Place } from './model.ts';
import { choosePlace } from './placement.ts';
import { finishRebalancing } from './rebalancing.ts';
import { activeRefresh } from './refresh/model.ts';
import { advanceRefresh } from './refresh/run.ts';
import { retireLeaving } from './succession.ts';
import { terminateInstance } from './terminating.ts';
import type { VictimChoice } from './victims.ts';
import { chooseVictims } from './victims.ts';
import { launchFromPool } from './warm-pool/leaving.ts';
import { returnToPool, reusesInstances } from './warm-pool/returning.ts';
import { keepPool } from './warm-pool/upkeep.ts';

/** Compares a group with what it should be, and starts what is missing or ends what is too much. */
export function converge(engine: Engine, group: Group): void {
  if (group.isBeingDeleted) return;
  replaceUnhealthy(engine, group);
  advanceRefresh(engine, group);
  finishRebalancing(group);
  retireLeaving(engine, group);
  const missing = wantedCapacity(group) - countedCapacity(group);
  if (missing > 0) launchMissing(engine, group);
  else if (missing < 0) terminateSurplus(engine, group, -missing);
  keepPool(engine, group);
  // A scaling that failed is over as well.
  if (missing <= 0 || group.launchFailures.count > 0) beginCooldown(engine, group);
}

/** Until the desired capacity is there, even where the last instance's weight goes beyond it. */
function launchMissing(engine: Engine, group: Group): void {
  if (!runs(group, 'Launch')) return;
  const now = engine.kernel.clock.now();
  const { launchFailures } = group;
  if (now < launchFailures.retryAt) {
    engine.wake(group, launchFailures.retryAt);
    return;
  }
  const places = placesOf(engine, group);
  while (countedCapacity(group) < wantedCapacity(group)) {
    if (launchFromPool(engine, group, launchCause(engine, group))) continue;
    const strategy = group.settings.AvailabilityZoneDistribution?.CapacityDistributionStrategy;
    const place = choosePlace(places, stayingInstances(group), launchFailures.zones, now, strategy);
    if (place === undefined || !launchOne(engine, group, place)) break;
  }
  if (now < launchFailures.retryAt) engine.wake(group, launchFailures.retryAt);
}

/** By which zones are balanced: whatever a refresh is going to replace makes room for its replacement. */
function stayingInstances(group: Group): readonly GroupInstance[] {
  const leaving = activeRefresh(group)?.toReplace;
  return countedInstances(group).filter(({ id }) => leaving?.has(id) !== true);
}

function launchOne(engine: Engine, group: Group, place: Place): boolean {
  return launchInstance(engine, group, place, launchCause(engine, group));
}

function launchCause(engine: Engine, group: Group): string {
  const now = engine.kernel.clock.now();
  const counted = countedCapacity(group);
  if (activeRefresh(group) !== undefined) return causes.launchForRefresh(now);
  if (group.isRebalancing) return causes.launchForBalance(now);
  const wasReplaced = [...group.instances.values()].some(({ health }) => health === 'Unhealthy');
  return wasReplaced || group.leaving.size > 0
    ? causes.launchForReplacement(now)
    : causes.launchForCapacity(group.lastCause, now, counted, counted + 1);
}

function terminateSurplus(engine: Engine, group: Group, surplus: number): void {
  if (!runs(group, 'Terminate')) return;
  const counted = countedInstances(group);
  const choice = choiceFor(engine, group);
  if (choosingFunction(group.settings.TerminationPolicies) === undefined) {
    takeIn(engine, group, chooseVictims(counted, surplus, choice));
    return;
  }
  // What is not in service yet goes without being asked for.
  takeIn(engine, group, chooseVictims(counted.filter(isPending), surplus, choice));
  if (group.isAsking) return;
  group.isAsking = true;
  engine.kernel.clock.after(0, () => takeInNamed(engine, group));
}

/** Takes in what the group's own Lambda function names. */
async function takeInNamed(engine: Engine, group: Group): Promise<void> {
  const functionArn = choosingFunction(group.settings.TerminationPolicies);
  const surplus = countedCapacity(group) - wantedCapacity(group);
  const candidates = countedInstances(group).filter((each) => isInService(each) && !each.isProtected);
  if (functionArn !== undefined && surplus > 0 && candidates.length > 0) {
    const suggested = chooseVictims(candidates, surplus, choiceFor(engine, group));
    const request = terminationRequest(group, candidates, suggested);
    const named = new Set(await askForVictims(engine, group, functionArn, request));
    const stillThere = countedInstances(group).filter(({ id }) => named.has(id));
    const stillTooMuch = countedCapacity(group) - wantedCapacity(group);
    takeIn(engine, group, chooseVictims(stillThere, stillTooMuch, choiceFor(engine, group)));
  }
  group.isAsking = false;
}

function takeIn(engine: Engine, group: Group, victims: readonly GroupInstance[]): void {
  const now = engine.kernel.clock.now();
  let size = countedCapacity(group);
  for (const victim of victims) {
    const { weight = 1 } = victim;
    const cause = causes.scaledIn(group.lastCause, now, size, size - weight, victim.id);
    if (reusesInstances(group) && isInService(victim)) returnToPool(engine, group, victim, cause);
    else terminateInstance(engine, group, victim, cause);
    size -= weight;
  }
}

/** What scaling in goes by. */
function choiceFor(engine: Engine, group: Group): VictimChoice {
  return {
    policies: policiesOf(group),
    current: currentTemplate(engine, group),
    excess: marketInExcess(
      group.settings.MixedInstancesPolicy?.InstancesDistribution,
      countedInstances(group),
    ),
    now: engine.kernel.clock.now(),
  };
}

/** Those that decide among what a Lambda function, if any, has named. */
function policiesOf({ settings: { TerminationPolicies: policies } }: Group): readonly string[] {
  if (choosingFunction(policies) === undefined) return policies;
  return policies.length > 1 ? policies.slice(1) : ['Default'];
}

/** Undefined where the group's template is gone: then no instance is newer than another. */
function currentTemplate(engine: Engine, group: Group): LaunchedFrom | undefined {
  try {
    return resolve(engine.on.ec2, nextSource(group).template);
  } catch {
    return undefined;
  }
}
