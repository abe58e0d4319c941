import type { Decision } from '../../../shared/domain/index.ts';

/** What the policy beside the one that acts would have done otherwise. */
export interface ShadowReport {
  /** Evaluations in which both were asked. */
  readonly evaluations: number;
  /** Those in which the two asked for different capacities. */
  readonly differing: number;
  /** Instances that the shadow would have had more, in the mean. */
  readonly meanDivergence: number;
  /** The most that it would have had more, and fewer. */
  readonly most: number;
  readonly least: number;
}

/** Compares what was decided with what the shadow would have; undefined where there was none. */
export function judgeShadow(decisions: readonly Decision[]): ShadowReport | undefined {
  const divergences = decisions.flatMap(({ to, shadow }) => (shadow === undefined ? [] : [shadow.to - to]));
  if (divergences.length === 0) return undefined;
  return {
    evaluations: divergences.length,
    differing: divergences.filter((divergence) => divergence !== 0).length,
    meanDivergence: divergences.reduce((sum, divergence) => sum + divergence, 0) / divergences.length,
    most: Math.max(...divergences),
    least: Math.min(...divergences),
  };
}
