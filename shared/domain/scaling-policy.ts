import type { Seconds } from './time.ts';

/** Metrics that a signal can watch. Values are per instance, as AWS reports them. */
export type SignalMetric = 'alb-requests-per-target' | 'cpu';

interface Watched {
  readonly name: string;
  readonly metric: SignalMetric;
}

/**
 * A metric with the value it should have on each instance: capacity follows it in proportion.
 * `alb-requests-per-target`: requests a minute; `cpu`: percent.
 */
export interface TargetSignal extends Watched {
  readonly target: number;
}

/**
 * A metric with the most that one instance can usefully carry: capacity is found so that no more than the budgeted
 * share of minutes exceeds it. `learn`: found in the metrics themselves.
 */
export interface UsefulSignal extends Watched {
  readonly useful: number | 'learn';
}

export type Signal = TargetSignal | UsefulSignal;

export interface ScalingPolicy {
  readonly signals: readonly Signal[];
  /** Share of minutes that may exceed what the instances in service can usefully carry: 0.01 is 1 %. */
  readonly violations: number;
  /** The most that caution may cost, as a share of what is needed: 0.5 is half as many instances again. */
  readonly headroom: { readonly atMost: number };
  /** Share of the target by which a signal may be off before capacity changes: 0.1 is 10 %. */
  readonly tolerance: number;
  /** How far back the lowest need (out) and the highest need (in) are looked for. */
  readonly stabilisation: { readonly out: Seconds; readonly in: Seconds };
  /** The least time between two changes in the same direction. */
  readonly cooldown: { readonly out: Seconds; readonly in: Seconds };
  /** How long a new instance counts as warming; without it the group's own default warm-up. */
  readonly warmUp?: Seconds;
  /** The most that one change may add or take, as a share of what stands: 1 doubles, or may take all. */
  readonly step: { readonly out: number; readonly in: number };
}

export function isTarget(signal: Signal): signal is TargetSignal {
  return 'target' in signal;
}

export function isUseful(signal: Signal): signal is UsefulSignal {
  return 'useful' in signal;
}

/** Above which value an instance has more than it should; undefined as long as that is still to be learnt. */
export function levelOf(signal: Signal): number | undefined {
  if (isTarget(signal)) return signal.target;
  return signal.useful === 'learn' ? undefined : signal.useful;
}
