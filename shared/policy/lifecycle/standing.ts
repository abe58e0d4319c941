import type { LifecycleAction } from '../../domain/index.ts';

/**
 * Whether an instance still stands in its hook, by the lifecycle state its group gives it.
 * `unknown`: not seen; a description may lag behind the event, so that one such look proves nothing.
 */
export type Standing = 'stands' | 'over' | 'unknown';

const WARMED = 'Warmed:';

/** Warm-pool states carry the prefix `Warmed:`. */
export const isInWarmPool = (lifecycle: string) => lifecycle.startsWith(WARMED);

const bare = (lifecycle: string) => (isInWarmPool(lifecycle) ? lifecycle.slice(WARMED.length) : lifecycle);

const NOT_YET_LAUNCHED = new Set(['Pending', 'Pending:Wait']);

/** A launch hook holds an instance in `Pending:Wait`; `Pending` is what it was just before. */
export function standsInLaunch(lifecycle: string | undefined): Standing {
  if (lifecycle === undefined) return 'unknown';
  return NOT_YET_LAUNCHED.has(bare(lifecycle)) ? 'stands' : 'over';
}

/**
 * What comes after a terminate hook, of a termination or of the replacement of a root volume, and where no hook holds:
 * neither standby nor detaching runs one.
 */
const PAST_TERMINATE_HOOK = new Set([
  'Terminating:Proceed',
  'Terminated',
  'ReplacingRootVolume:Proceed',
  'RootVolumeReplaced',
  'EnteringStandby',
  'Standby',
  'Detaching',
  'Detached',
]);

/** Every state before the end of the hook may be the description's delay. */
export function standsInTermination(lifecycle: string | undefined): Standing {
  if (lifecycle === undefined) return 'unknown';
  return PAST_TERMINATE_HOOK.has(bare(lifecycle)) ? 'over' : 'stands';
}

/** Looks in a row without a trace of the instance after which it is taken to be gone. */
export const GONE_AFTER_LOOKS = 2;

/**
 * Whether a terminate action is a leg of a warm pool: to the pool and back nothing is terminated, and an instance
 * in the pool serves nobody.
 */
export function isWarmPoolLeg({ origin, destination }: LifecycleAction): boolean {
  return origin === 'WarmPool' || destination === 'WarmPool';
}
