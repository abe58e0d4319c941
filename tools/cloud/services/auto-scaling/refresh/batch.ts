import type { Preferences } from './model.ts';

/** How far a refresh may depart from the desired capacity, in instances. */
export interface Leeway {
  /** Launched beyond the desired capacity before others are terminated. */
  readonly above: number;
  /** Missing from the desired capacity until replacements are ready. */
  readonly below: number;
}

/**
 * Without a maximum, at least one instance at a time is terminated first, however small the group: a group of one
 * goes dark. With a maximum, even of 100, a group that may not shrink grows by at least one instance.
 */
export function leewayOf(
  desired: number,
  { minHealthy, maxHealthy }: Pick<Preferences, 'minHealthy' | 'maxHealthy'>,
): Leeway {
  const below = desired - Math.ceil((desired * minHealthy) / 100);
  if (maxHealthy === undefined) return { above: 0, below: Math.max(1, below) };
  const above = Math.floor((desired * maxHealthy) / 100) - desired;
  return { above: above === 0 && below === 0 ? 1 : above, below };
}

/**
 * How many instances may have been replaced when a checkpoint is reached.
 *
 * @param percent  of the checkpoint
 * @param total    instances to replace in the whole refresh
 */
export function replacedBy(percent: number, total: number): number {
  return Math.ceil((total * percent) / 100);
}
