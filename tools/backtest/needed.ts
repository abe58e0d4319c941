import type { Setting } from './setting.ts';
import { usefulLoad } from './setting.ts';
import type { MinuteTrace } from './trace/minute-trace.ts';

// 3 × 0.1 ÷ 0.1 must need three, not four: what is off by less than this is rounding.
const ROUNDING = 1e-9;

/** d: the instances that carry a load without a violation, at least `min`. */
export function neededFor(load: number, useful: number, min: number): number {
  return Math.max(min, Math.ceil(load / useful - ROUNDING));
}

/** d for each minute. `max` does not bound it: what is needed beyond is a violation. */
export function neededInstances({ load }: MinuteTrace, setting: Setting): Int32Array {
  const useful = usefulLoad(setting);
  const needed = new Int32Array(load.length);
  for (let minute = 0; minute < load.length; minute++)
    needed[minute] = neededFor(load[minute] ?? 0, useful, setting.min);
  return needed;
}
