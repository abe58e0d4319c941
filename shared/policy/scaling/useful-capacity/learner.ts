import type { Instant, Reason } from '../../../domain/index.ts';
import { MINUTE } from '../../../domain/index.ts';
import type { Ceiling } from './ceiling.ts';
import { ceilingOf } from './ceiling.ts';
import { Drift } from './drift.ts';
import { cpuLine } from './fit.ts';
import { found } from './found.ts';
import type { Point } from './points.ts';
import { pointFrom, Points } from './points.ts';
import { quantile } from './robust.ts';
import type { Changed, Fit, UsefulSnapshot } from './snapshot.ts';
import type { BorneMinute, UsefulCapacity } from './types.ts';

const MINUTES = {
  /** Before there are so many, nothing is said. */
  least: 3,
  /** From so many on what is found is found. */
  sure: 30,
  /** What is found is looked for again every so many, and once a day of them is known less often. */
  refit: 10,
  known: 1440,
  refitKnown: 30,
};

/**
 * Below which share of what instances usually bear a minute is not compared with what was learnt: with next to no load
 * most of their CPU is their own, and for work that was begun before.
 */
const TELLING = 0.25;

/** For how long a change is told. */
const TOLD = 24 * 60 * MINUTE;

/**
 * Learns from the metrics how much one instance can usefully carry: the load at which its CPU is at 80 %, or a smaller one
 * above which it was slow or failed. State is bounded, and the same minutes teach the same.
 */
export class UsefulLearner {
  #kind = '';
  #newest: Instant = -Infinity;
  /** Minutes that were learnt from since the last change. */
  #count = 0;
  #points = new Points();
  #drift = new Drift();
  /** What instances carried before the last change. */
  #before: number | undefined;
  #changed: Changed | undefined;
  #ceiling: Ceiling | undefined;
  /** The most that instances usually bore: it is not forgotten in quiet hours. */
  #seen = 0;
  #fit: Fit | undefined;

  constructor(snapshot?: UsefulSnapshot) {
    if (snapshot?.version !== 1) return;
    this.#kind = snapshot.kind;
    this.#newest = snapshot.newest;
    this.#count = snapshot.count;
    this.#points = new Points(snapshot.rows);
    this.#drift = new Drift(snapshot.drift);
    this.#before = snapshot.before;
    this.#changed = snapshot.changed;
    this.#fit = snapshot.fit;
    this.#ceiling = snapshot.ceiling;
    this.#seen = snapshot.seen;
  }

  /** When the newest minute was that has been learnt from. */
  get newest(): Instant {
    return this.#newest;
  }

  /** Takes in one minute. Repeats and what comes late are passed over; what is no measure teaches nothing. */
  observe(minute: BorneMinute): void {
    if (!Number.isFinite(minute.at) || minute.at <= this.#newest) return;
    this.#newest = minute.at;
    const point = pointFrom(minute);
    if (point === undefined) return;
    if (minute.kind !== this.#kind) this.#meet(minute.kind, minute.at);
    this.#watch(point);
    this.#points.add(point);
    this.#count++;
  }

  useful(now: Instant): UsefulCapacity {
    this.#forgetFuture(now);
    const carries = this.#count < MINUTES.least ? undefined : this.#fitted().found;
    const isSure = carries !== undefined && this.#count >= MINUTES.sure && !carries.isBeyond;
    const useful = this.#trusted(carries?.useful);
    return {
      useful,
      by: carries?.by ?? 'unknown',
      isSure,
      reasons: [...this.#told(now, useful), ...(isSure ? [] : [unsure(useful, this.#count)])],
    };
  }

  snapshot(): UsefulSnapshot {
    return {
      version: 1,
      kind: this.#kind,
      newest: this.#newest,
      count: this.#count,
      rows: this.#points.rows(),
      drift: this.#drift.state(),
      seen: this.#seen,
      ...(this.#before === undefined ? {} : { before: this.#before }),
      ...(this.#changed === undefined ? {} : { changed: this.#changed }),
      ...(this.#fit === undefined ? {} : { fit: this.#fit }),
      ...(this.#ceiling === undefined ? {} : { ceiling: this.#ceiling }),
    };
  }

  /** What a clock that was ahead has dated would keep out all that comes. */
  #forgetFuture(now: Instant): void {
    if (this.#newest <= now) return;
    this.#points.keepUntil(now);
    this.#drift.reset();
    this.#newest = now;
  }

  /** Until enough is known of new instances, they are trusted with no more than what the old ones carried. */
  #trusted(useful: number | undefined): number | undefined {
    if (this.#before === undefined || this.#count >= MINUTES.sure) return useful;
    return useful === undefined ? this.#before : Math.min(useful, this.#before);
  }

  /** Instances of another kind: what was learnt of the others is what to begin with. */
  #meet(kind: string, at: Instant): void {
    if (this.#kind !== '') this.#begin(at, 'kind', at);
    this.#kind = kind;
  }

  /** Compares a minute with what has been learnt. */
  #watch({ at, load, cpu }: Point): void {
    if (cpu === undefined || this.#count < MINUTES.sure) return;
    const { line } = this.#fitted();
    if (line === undefined || load < TELLING * this.#seen) return;
    const explained = line.idle + line.perLoad * load;
    if (explained <= 0) return;
    const since = this.#drift.add(at, cpu / explained - 1);
    if (since !== undefined) this.#begin(since, 'drift', at);
  }

  #begin(since: Instant, why: Changed['why'], at: Instant): void {
    const from = this.#count < MINUTES.least ? this.#before : this.#trusted(this.#fitted().found?.useful);
    this.#points.keepSince(since);
    this.#drift.reset();
    this.#count = this.#points.all().length;
    this.#fit = undefined;
    this.#ceiling = undefined;
    this.#seen = 0;
    // After a drift the minutes that made it sure say already what is true now.
    this.#before = why === 'kind' ? from : undefined;
    if (from !== undefined) this.#changed = { at, why, from };
  }

  #fitted(): Fit {
    const count = this.#count;
    if (this.#fit === undefined || count - this.#fit.count >= refitAfter(count)) {
      const points = this.#points.all();
      const line = cpuLine(points);
      this.#ceiling = ceilingOf(points, this.#ceiling, this.#newest);
      this.#seen = Math.max(this.#seen, usualMost(points));
      const carries = found(line, this.#ceiling, this.#seen);
      this.#fit = { count, ...(line && { line }), ...(carries && { found: carries }) };
    }
    return this.#fit;
  }

  #told(now: Instant, useful: number | undefined): Reason[] {
    if (this.#changed === undefined || useful === undefined || now - this.#changed.at > TOLD) return [];
    const { why, from } = this.#changed;
    const code = why === 'kind' ? 'USEFUL_RELEARNT' : 'USEFUL_CHANGED';
    return [{ code, facts: { from: rounded(from), to: rounded(useful), kind: this.#kind } }];
  }
}

function refitAfter(count: number): number {
  if (count < MINUTES.sure) return 1;
  return count < MINUTES.known ? MINUTES.refit : MINUTES.refitKnown;
}

function usualMost(points: readonly Point[]): number {
  return quantile(
    points.map(({ load }) => load).toSorted((one, other) => one - other),
    0.9,
  );
}

function unsure(useful: number | undefined, minutes: number): Reason {
  return {
    code: 'USEFUL_UNSURE',
    facts: { minutes, ...(useful === undefined ? {} : { useful: rounded(useful) }) },
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
