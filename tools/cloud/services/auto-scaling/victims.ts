import type { Instant } from '../../kernel/index.ts';
import { isInService, isPending } from './instances.ts';
import type { GroupInstance, LaunchedFrom } from './model.ts';
import { tally } from './placement.ts';

export const terminationPolicies = [
  'AllocationStrategy',
  'ClosestToNextInstanceHour',
  'Default',
  'NewestInstance',
  'OldestInstance',
  'OldestLaunchConfiguration',
  'OldestLaunchTemplate',
] as const;

const HOUR = 3_600_000;

type Score = (instance: GroupInstance) => number;

/**
 * The instances that a scale-in takes: launches that are not yet in service first, then from the most crowded
 * zone by the termination policies. Instances protected from scale-in are passed over, and fewer than asked for
 * are returned where nothing else is left.
 *
 * @param counted   instances that count towards the desired capacity
 * @param policies  of the group, in order; each decides what the one before leaves open
 * @param current   the template version that the group launches now
 */
export function chooseVictims(
  counted: readonly GroupInstance[],
  howMany: number,
  policies: readonly string[],
  current: LaunchedFrom | undefined,
  now: Instant,
): GroupInstance[] {
  const victims = counted.filter(isPending).toSorted(newestFirst).slice(0, howMany);
  // Protection begins when an instance enters service.
  const candidates = new Set(counted.filter((instance) => isInService(instance) && !instance.isProtected));
  const remaining = new Set(counted.filter((instance) => !victims.includes(instance)));
  const scores = policies.flatMap((policy) => scoresOf(policy, current, now));
  while (victims.length < howMany && candidates.size > 0) {
    const victim = choose(inMostCrowdedZone([...candidates], [...remaining]), scores);
    if (victim === undefined) break;
    victims.push(victim);
    candidates.delete(victim);
    remaining.delete(victim);
  }
  return victims;
}

/** AWS looks at the zones first, whatever the policies. */
function inMostCrowdedZone(
  candidates: readonly GroupInstance[],
  remaining: readonly GroupInstance[],
): GroupInstance[] {
  const inZone = tally(remaining, 'zone');
  const most = Math.max(...candidates.map(({ zone }) => inZone.get(zone) ?? 0));
  return candidates.filter(({ zone }) => inZone.get(zone) === most);
}

/** Narrows down by each score in turn, the lowest staying; what is still open goes by identifier. */
function choose(candidates: readonly GroupInstance[], scores: readonly Score[]): GroupInstance | undefined {
  let left = candidates;
  for (const score of scores) {
    const lowest = Math.min(...left.map(score));
    left = left.filter((instance) => score(instance) === lowest);
  }
  return left.toSorted((a, b) => (a.id < b.id ? -1 : 1))[0];
}

function scoresOf(policy: string, current: LaunchedFrom | undefined, now: Instant): Score[] {
  const templateAge: Score = ({ template }) => {
    if (template === undefined) return -Infinity;
    return template.id === current?.id ? template.version : -1;
  };
  const untilNextHour: Score = ({ launchedAt }) => HOUR - ((now - launchedAt) % HOUR);
  switch (policy) {
    case 'OldestInstance':
      return [({ launchedAt }) => launchedAt];
    case 'NewestInstance':
      return [({ launchedAt }) => -launchedAt];
    case 'OldestLaunchTemplate':
    case 'OldestLaunchConfiguration':
      return [templateAge];
    case 'ClosestToNextInstanceHour':
      return [untilNextHour];
    case 'Default':
      return [templateAge, untilNextHour];
    default:
      return [];
  }
}

function newestFirst(a: GroupInstance, b: GroupInstance): number {
  return b.launchedAt - a.launchedAt || (a.id < b.id ? -1 : 1);
}
