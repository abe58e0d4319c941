import type { Setting } from './setting.ts';
import { minutesOf } from './setting.ts';

/**
 * The least instance-minutes with which every minute has what it needs, for somebody who knows the load ahead and still
 * has to boot and to drain. Exact: no run of `simulate` without violations is cheaper.
 *
 * Each level of capacity can be looked at alone, because a fleet that has `k` instances in service in a minute has all
 * levels up to `k`, and each rise or fall of the fleet is a rise or fall of levels. A level runs while the need reaches it,
 * and through a gap when that is no dearer than a drain and another boot. What is needed in the first minute is there
 * from the start; what is needed before anything can have booted cannot be had, and does not count. Drains are paid for to
 * the end of the trace at most.
 *
 * @param needed instances for each minute
 */
export function oracleMinutes(needed: Int32Array, setting: Pick<Setting, 'boot' | 'drain' | 'max'>): number {
  const cost = { boot: minutesOf(setting.boot), drain: minutesOf(setting.drain) };
  const attainable = attainableOf(needed, cost.boot, setting.max);
  return levelMinutes(attainable, cost) + finalDrains(attainable, cost.drain);
}

/** The most that can be in service in each minute, of what is needed. */
export function attainableOf(needed: Int32Array, boot: number, max: number): Int32Array {
  const atStart = Math.min(max, needed[0] ?? 0);
  return needed.map((need, minute) => Math.min(need, minute < boot ? atStart : max));
}

interface Cost {
  readonly boot: number;
  readonly drain: number;
}

/**
 * All levels at once, in one pass: levels that fell in the same minute are kept together on a stack, the lowest on top,
 * so that a rise finds the shortest gaps first. Levels that were never up yet have no gap and pay their boot alone.
 */
function levelMinutes(needed: Int32Array, { boot, drain }: Cost): number {
  const fallen: { minute: number; level: number }[] = []; // levels above `level`, up to the next below it on the stack
  let minutes = 0;
  let before = needed[0] ?? 0;
  let highest = before;
  for (const [minute, need] of needed.entries()) {
    minutes += need;
    if (need < before) fallen.push({ minute, level: before });
    let from = before;
    while (need > from) {
      const top = fallen.at(-1);
      if (top === undefined) {
        minutes += (need - from) * boot;
        from = need;
      } else {
        const upTo = Math.min(need, top.level);
        minutes += (upTo - from) * Math.min(minute - top.minute, boot + drain);
        from = upTo;
        if (upTo === top.level) fallen.pop();
      }
    }
    before = need;
    highest = Math.max(highest, need);
  }
  return minutes;
}

/** Levels that are down at the end drain once more, as long as the trace lasts. */
function finalDrains(needed: Int32Array, drain: number): number {
  let minutes = 0;
  let covered = needed.at(-1) ?? 0;
  for (let back = 1; back < needed.length; back++) {
    const need = needed.at(-1 - back) ?? 0;
    if (need > covered) {
      minutes += (need - covered) * Math.min(back, drain);
      covered = need;
    }
  }
  return minutes;
}
