import { MINUTE } from '../../shared/domain/index.ts';
import { neededInstances } from './needed.ts';
import type { Policy, Seen } from './policy.ts';
import type { Setting } from './setting.ts';
import { minutesOf } from './setting.ts';
import { SimulatedFleet } from './simulated-fleet.ts';
import type { MinuteTrace } from './trace/minute-trace.ts';

/** What a policy made of a trace, minute by minute. Arrays are as long as the trace. */
export interface Run {
  readonly policy: string;
  readonly trace: MinuteTrace;
  readonly setting: Setting;
  /** Instances that the load needed: max(min, ⌈load ÷ (C·u)⌉). */
  readonly needed: Int32Array;
  readonly inService: Int32Array;
  /** Instances that are paid for: in service, booting and draining. */
  readonly running: Int32Array;
  readonly desired: Int32Array;
  /** Instances in service before the first minute. */
  readonly initial: number;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Runs a policy over a trace, on a clock that goes from minute to minute. At the start of a minute, boots and drains
 * that are over end; then the policy decides, each `period`, on what can be read by then; then the minute passes with
 * the instances that are in service. Launches take the boot time, and cannot be undone but by a termination, which
 * takes instances out of service at once (the newest that still boot first, as Auto Scaling does) and is paid for until
 * the drain is over. At the start as many instances are in service as the first minute needs, for every policy.
 */
export function simulate(trace: MinuteTrace, policy: Policy, setting: Setting): Run {
  const { length } = trace.load;
  const needed = neededInstances(trace, setting);
  const inService = new Int32Array(length);
  const running = new Int32Array(length);
  const desired = new Int32Array(length);
  const fleet = new SimulatedFleet(needed[0] ?? setting.min, length, setting);
  const initial = fleet.inService;
  const pilot = policy.start(setting, trace);
  const period = minutesOf(setting.period);
  const lag = minutesOf(setting.lag);
  const seen = nothingSeen();
  for (let minute = 0; minute < length; minute++) {
    fleet.beginMinute(minute);
    if (minute % period === 0) {
      look(seen, minute, minute - 1 - lag, trace, inService, fleet);
      fleet.setDesired(within(pilot.decide(seen), fleet.desired, setting));
    }
    inService[minute] = fleet.inService;
    running[minute] = fleet.running;
    desired[minute] = fleet.desired;
  }
  return { policy: policy.name, trace, setting, needed, inService, running, desired, initial };
}

function nothingSeen(): Mutable<Seen> {
  return {
    minute: 0,
    at: 0,
    measuredMinute: -1,
    demand: NaN,
    metric: NaN,
    measuredInService: 0,
    inService: 0,
    booting: 0,
    draining: 0,
    desired: 0,
  };
}

function look(
  seen: Mutable<Seen>,
  minute: number,
  measuredMinute: number,
  trace: MinuteTrace,
  inService: Int32Array,
  fleet: SimulatedFleet,
): void {
  const served = measuredMinute < 0 ? 0 : (inService[measuredMinute] ?? 0);
  seen.minute = minute;
  seen.at = trace.start + minute * MINUTE;
  seen.measuredMinute = measuredMinute;
  seen.demand = measuredMinute < 0 ? NaN : (trace.load[measuredMinute] ?? NaN);
  seen.metric = served > 0 ? seen.demand / served : NaN;
  seen.measuredInService = served;
  seen.inService = fleet.inService;
  seen.booting = fleet.booting;
  seen.draining = fleet.draining;
  seen.desired = fleet.desired;
}

/** A policy that answers what is no number has nothing to say: capacity stays. */
function within(wanted: number, standing: number, { min, max }: Setting): number {
  if (Number.isNaN(wanted)) return standing;
  return Math.min(max, Math.max(min, Math.ceil(wanted)));
}
