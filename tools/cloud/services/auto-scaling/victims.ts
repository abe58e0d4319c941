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

/** What decides which instances a scale-in takes. */
export interface VictimChoice {
  /** Of the group, in order; each decides what the one before leaves open. */
  readonly policies: readonly string[];
  /** The template version that the group launches now. */
  readonly current: LaunchedFrom | undefined;
  /** What a mixed instances policy has too much of, On-Demand or Spot. */
  readonly excess: GroupInstance['market'] | undefined;
  readonly now: Instant;
}

/**
 * The instances that a scale-in takes: launches that are not yet in service first, then from the most crowded
 * zone by the termination policies. Instances protected from scale-in are passed over, and less than asked for
 * is returned where nothing else is left. None goes whose weight is more than what is too much.
 *
 * @param counted   instances that count towards the desired capacity
 * @param surplus   units of capacity
 */
export function chooseVictims(
  counted: readonly GroupInstance[],
  surplus: number,
  choice: VictimChoice,
): GroupInstance[] {
  const victims: GroupInstance[] = [];
  let left = surplus;
  const fits = ({ weight = 1 }: GroupInstance) => weight <= left;
  const take = (victim: GroupInstance) => {
    victims.push(victim);
    left -= victim.weight ?? 1;
  };
  for (const pending of counted.filter(isPending).toSorted(newestFirst)) if (fits(pending)) take(pending);
  // Protection begins when an instance enters service.
  const candidates = new Set(counted.filter((instance) => isInService(instance) && !instance.isProtected));
  const remaining = new Set(counted.filter((instance) => !victims.includes(instance)));
  const scores = choice.policies.flatMap((policy) => scoresOf(policy, choice));
  for (;;) {
    const fitting = [...candidates].filter(fits);
    const victim =
      fitting.length === 0 ? undefined : choose(inMostCrowdedZone(fitting, [...remaining]), scores);
    if (victim === undefined) return victims;
    take(victim);
    candidates.delete(victim);
    remaining.delete(victim);
  }
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

function scoresOf(policy: string, { current, excess, now }: VictimChoice): Score[] {
  const templateAge: Score = ({ template }) => {
    if (template === undefined) return -Infinity;
    return template.id === current?.id ? template.version : -1;
  };
  const inExcess: Score = ({ market }) => (excess === undefined || market === excess ? 0 : 1);
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
    case 'AllocationStrategy':
      return [inExcess];
    case 'Default':
      // "Determine which instances to terminate so as to align the remaining instances to the allocation strategy".
      return [inExcess, templateAge, untilNextHour];
    default:
      return [];
  }
}

function newestFirst(a: GroupInstance, b: GroupInstance): number {
  return b.launchedAt - a.launchedAt || (a.id < b.id ? -1 : 1);
}
