import { atEqual, type AtEqual } from '../backtest/backtest.ts';
import { familyOf } from '../backtest/policies/index.ts';
import { minuteTrace } from '../backtest/trace/minute-trace.ts';
import type { InstanceShape } from './fleet-shape.ts';
import type { CapacityReport } from './observe/capacity.ts';
import type { InstanceTimes } from './observe/instance-times.ts';

/** What a policy of AWS's makes of the load of a run, its target turned until it comes to the run's own figures. */
export interface ComparisonReport extends AtEqual {
  readonly policy: string;
}

/** The policy that most groups have. */
const POLICY = 'target-tracking';

/** Shorter than this, a load says nothing of a policy. */
const LEAST_MINUTES = 6 * 60;

/** Seconds that instances take where the run has shown none coming or going: docs/backtest.md has the same. */
const BOOT = 180;
const DRAIN = 300;

/**
 * Simulates AWS's target tracking on the load that a run has seen, with the boot and drain times that it has shown.
 * What else happened in the run (an instance that died, a refresh) does not happen to the simulated fleet, which is in
 * its favour.
 *
 * @param minutes of the run: requests a second
 * @returns undefined where the load is too short, or nothing can be read off at the run's figures
 */
export function compared(
  minutes: readonly { readonly at: number; readonly load: number }[],
  own: CapacityReport,
  fleet: InstanceShape & InstanceTimes & { readonly min: number; readonly max: number },
): ComparisonReport | undefined {
  if (minutes.length < LEAST_MINUTES) return undefined;
  const trace = minuteTrace(
    'the run',
    minutes[0]?.at ?? 0,
    minutes.map(({ load }) => load * 60),
  );
  const equal = atEqual(own, familyOf(POLICY), trace, {
    boot: fleet.boot ?? BOOT,
    drain: fleet.drain ?? DRAIN,
    lag: 60,
    period: 60,
    capacity: fleet.instanceCapacity * 60,
    usefulShare: fleet.usefulShare,
    price: 0,
    min: fleet.min,
    max: fleet.max,
    budget: 0,
    headroomAtMost: 0,
    seed: 1,
  });
  const isEmpty = Object.values(equal).every((figure) => figure === null);
  return isEmpty ? undefined : { policy: POLICY, ...equal };
}
