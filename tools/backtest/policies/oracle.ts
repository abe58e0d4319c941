import { neededInstances } from '../needed.ts';
import { attainableOf } from '../oracle.ts';
import type { PolicyFamily } from '../policy.ts';
import { minutesOf } from '../setting.ts';

/**
 * The boot-aware oracle as a policy: the schedule of which `oracleMinutes` counts the cost. Each level of capacity runs
 * while the need reaches it, and through gaps no longer than a drain and a boot; what rises is launched a boot ahead.
 */
export const oracle: PolicyFamily = {
  name: 'oracle',
  at: () => ({
    name: 'oracle',
    start(setting, trace) {
      const boot = minutesOf(setting.boot);
      const needed = attainableOf(neededInstances(trace, setting), boot, setting.max);
      const serving = bridged(needed, boot + minutesOf(setting.drain));
      const ahead = boot + minutesOf(setting.period) - 1;
      return {
        decide({ minute }) {
          let most = 0;
          for (let index = minute; index <= minute + ahead && index < serving.length; index++)
            most = Math.max(most, serving[index] ?? 0);
          return most;
        },
      };
    },
  }),
};

/** The need with all gaps of a level filled that are no longer than `turnaround` minutes, and end before the trace. */
function bridged(needed: Int32Array, turnaround: number): Int32Array {
  const serving = Int32Array.from(needed);
  const fallen: { minute: number; level: number }[] = [];
  let before = needed[0] ?? 0;
  for (const [minute, need] of needed.entries()) {
    if (need < before) fallen.push({ minute, level: before });
    while (fallen.length > 0 && need > before) {
      const top = fallen.at(-1) ?? { minute, level: need };
      const upTo = Math.min(need, top.level);
      if (minute - top.minute <= turnaround)
        for (let gap = top.minute; gap < minute; gap++) serving[gap] = Math.max(serving[gap] ?? 0, upTo);
      before = upTo;
      if (upTo === top.level) fallen.pop();
    }
    before = need;
  }
  return serving;
}
