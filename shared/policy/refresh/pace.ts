import type { Disruption, DisruptionPolicy, Group, Instant, Seconds } from '../../domain/index.ts';
import { isServing } from '../../domain/index.ts';
import { disruptionsLeft } from '../protection/budget.ts';
import type { RefreshPreferences } from './plan.ts';

type Sized = Pick<Group, 'desired' | 'instances'>;

/** The longest that a refresh may wait for its budget, all its pauses together. */
const LONGEST: Seconds = 5 * 86_400;

/** Auto Scaling's longest delay at a checkpoint. */
const LONGEST_DELAY: Seconds = 172_800;

/**
 * The most instances that a refresh may replace now, and within a period of the budget: what of the fleet's share is
 * left, and of that of the zone with the least, since Auto Scaling does not say from which zone it takes the next.
 */
export function mostAPeriod(
  policy: DisruptionPolicy,
  disruptions: readonly Disruption[],
  group: Sized,
  now: Instant,
): number {
  const { left, inZone } = disruptionsLeft(policy, disruptions, group, 'refresh', now);
  const zones = new Set(group.instances.filter(isServing).map(({ zone }) => zone));
  return Math.min(left, ...[...zones].map(inZone));
}

/**
 * How a refresh keeps to a budget: no more at once than a period allows, and after each such batch a checkpoint, at
 * which Auto Scaling waits for a period. Percentages are rounded so that a batch is never more than that; only where
 * a percent is more than a batch, in groups of hundreds, it is a percent.
 *
 * @param most instances a period, one at least
 * @param per the period
 */
export function pacedPreferences(
  preferences: RefreshPreferences,
  most: number,
  per: Seconds,
  desired: number,
): RefreshPreferences {
  const gentle = atMostAtOnce(preferences, desired, most);
  if (most >= desired) return gentle;
  const delay = Math.min(per, LONGEST_DELAY);
  return { ...gentle, checkpoints: { percentages: percentagesOf(most, desired), delay } };
}

/** Why a refresh cannot be done by its budget in a reasonable time, or undefined when it can. */
export function tooSlow({ checkpoints }: RefreshPreferences): string | undefined {
  if (checkpoints === undefined) return undefined;
  const { percentages, delay } = checkpoints;
  const days = ((percentages.length - 1) * delay) / 86_400;
  if (days * 86_400 <= LONGEST) return undefined;
  return `by its disruption budget it would take ${Math.ceil(days)} days: allow refreshes more than that`;
}

/** Auto Scaling rounds the healthy share up to whole instances, and takes one at a time at least. */
function atMostAtOnce(preferences: RefreshPreferences, desired: number, most: number): RefreshPreferences {
  const { minHealthyPercentage: min, maxHealthyPercentage: max } = preferences;
  const missing = desired - Math.ceil((desired * min) / 100);
  const extra = Math.floor((desired * max) / 100) - desired;
  if (missing + extra <= most) return preferences;
  // Launched first as far as the fleet lets it.
  const first = Math.min(extra, most);
  const last = Math.min(missing, most - first);
  const least = Math.ceil((100 * (desired - last)) / desired);
  const greatest = 100 + Math.floor((100 * first) / desired);
  return {
    ...preferences,
    minHealthyPercentage: least,
    // Both of 100 leave no room for a replacement.
    maxHealthyPercentage: least === 100 ? Math.max(101, greatest) : greatest,
  };
}

function percentagesOf(most: number, desired: number): readonly number[] {
  const percentages = new Set<number>();
  for (let replaced = most; replaced < desired; replaced += most)
    percentages.add(Math.max(1, Math.floor((100 * replaced) / desired)));
  return [...percentages, 100];
}
