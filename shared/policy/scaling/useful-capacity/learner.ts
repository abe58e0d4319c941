import type { Instant, Reason } from '../../../domain/index.ts';
import { MINUTE } from '../../../domain/index.ts';
import { isMeasure } from '../demand.ts';
import type { DriftState } from './drift.ts';
import { Drift } from './drift.ts';
import type { CpuLine, Harm } from './fit.ts';
import { cpuLine, knee } from './fit.ts';
import type { Point } from './points.ts';
import { Points } from './points.ts';
import { median, quantile } from './robust.ts';

/** One minute of a fleet: what each instance bore, in the mean, and how it did. */
export interface BorneMinute {
  readonly at: Instant;
  /** Per instance in service, in the signal's unit. */
  readonly load: number | undefined;
  /** Percent. */
  readonly cpu?: number | undefined;
  /** Seconds. */
  readonly latency?: number | undefined;
  /** Percent of requests that failed. */
  readonly errors?: number | undefined;
  /** What the instances are: their image and type. Another begins anew. */
  readonly kind: string;
}

/** What one instance can usefully carry, as far as is known. */
export interface UsefulCapacity {
  /** In the signal's unit; undefined as long as nothing tells. */
  readonly useful: number | undefined;
  /** By what an instance is full: where several would be, the one that comes first. */
  readonly by: 'cpu' | 'latency' | 'errors' | 'unknown';
  /** False as long as there are only a few minutes to go by, or the loads seen are far from the limit. */
  readonly isSure: boolean;
  readonly reasons: readonly Reason[];
}

/** Plain JSON, less than 60 KB. */
export interface UsefulSnapshot {
  readonly version: 1;
  readonly kind: string;
  readonly newest: Instant;
  readonly count: number;
  readonly rows: readonly (readonly (readonly (number | null)[])[])[];
  readonly drift: DriftState;
  readonly before?: number;
  readonly changed?: Changed;
  readonly seen: number;
  readonly fit?: Fit;
  readonly ceiling?: Ceiling;
}

/** What was found, after how many minutes. */
interface Fit {
  readonly count: number;
  readonly line?: CpuLine;
  readonly found?: Found;
}

interface Found {
  readonly useful: number;
  readonly by: UsefulCapacity['by'];
  /** It is as far as one dares to go from what has been seen. */
  readonly isBeyond: boolean;
}

/** The load above which instances were slow or failed. It is kept in mind when they are not led there again. */
interface Ceiling {
  readonly at: Instant;
  readonly by: Harm;
  readonly load: number;
  readonly limit: number;
}

interface Changed {
  readonly at: Instant;
  readonly why: 'kind' | 'drift';
  readonly from: number;
}

/** The CPU, in percent, that an instance can have and still answer as it should. */
export const USEFUL_CPU = 80;

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

/** How much more than what has been seen an instance is trusted to bear: the way to the limit is gone in steps. */
const EXPLORED = 1.5;

/** For how long a ceiling is kept in mind, and how many minutes so far above it lift it if they did no harm. */
const CEILING = { kept: 14 * 24 * 60 * MINUTE, lifted: 1.1, minutes: 10 };

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
    this.#points = new Points(snapshot.rows.map((row) => row.map(pointOf)));
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
    const found = this.#count < MINUTES.least ? undefined : this.#fitted().found;
    const isSure = found !== undefined && this.#count >= MINUTES.sure && !found.isBeyond;
    const useful = this.#trusted(found?.useful);
    return {
      useful,
      by: found?.by ?? 'unknown',
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
      rows: this.#points
        .rows()
        .map((row) =>
          row.map(({ at, load, cpu, latency, errors }) => [
            at,
            load,
            cpu ?? null,
            latency ?? null,
            errors ?? null,
          ]),
        ),
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
  #trusted(found: number | undefined): number | undefined {
    if (this.#before === undefined || this.#count >= MINUTES.sure) return found;
    return found === undefined ? this.#before : Math.min(found, this.#before);
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
    if (line === undefined) return;
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
      const found = find(line, this.#ceiling, this.#seen * EXPLORED);
      this.#fit = { count, ...(line && { line }), ...(found && { found }) };
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

/** The least ceiling that points show, else the one that is known, unless greater loads have done no harm since. */
function ceilingOf(points: readonly Point[], known: Ceiling | undefined, now: Instant): Ceiling | undefined {
  const shown = (['latency', 'errors'] as const)
    .flatMap((by) => {
      const found = knee(points, by);
      return found === undefined ? [] : [{ at: now, by, ...found }];
    })
    .toSorted((one, other) => one.load - other.load)[0];
  if (shown !== undefined || known === undefined) return shown;
  return now - known.at > CEILING.kept || isLifted(known, points) ? undefined : known;
}

function isLifted({ at, by, load, limit }: Ceiling, points: readonly Point[]): boolean {
  const beyond = points.filter((point) => point.at > at && point.load > load * CEILING.lifted);
  return beyond.length >= CEILING.minutes && median(beyond.map((point) => point[by] ?? 0)) <= limit;
}

function find(line: CpuLine | undefined, ceiling: Ceiling | undefined, most: number): Found | undefined {
  const byCpu = line && (USEFUL_CPU - line.idle) / line.perLoad;
  if (ceiling !== undefined && !(byCpu !== undefined && byCpu < ceiling.load))
    return { useful: Math.min(ceiling.load, most), by: ceiling.by, isBeyond: ceiling.load > most };
  if (byCpu === undefined || !(byCpu > 0)) return undefined;
  return { useful: Math.min(byCpu, most), by: 'cpu', isBeyond: byCpu > most };
}

function usualMost(points: readonly Point[]): number {
  return quantile(
    points.map(({ load }) => load).toSorted((one, other) => one - other),
    0.9,
  );
}

function pointFrom({ at, load, cpu, latency, errors }: BorneMinute): Point | undefined {
  if (load === undefined || !isMeasure(load) || load === 0) return undefined;
  const known = (value: number | undefined) => value !== undefined && isMeasure(value);
  return {
    at,
    load,
    ...(known(cpu) && cpu !== undefined ? { cpu: Math.min(cpu, 100) } : {}),
    ...(known(latency) && latency !== undefined ? { latency } : {}),
    ...(known(errors) && errors !== undefined ? { errors } : {}),
  };
}

function pointOf([at, load, cpu, latency, errors]: readonly (number | null)[]): Point {
  return {
    at: at ?? 0,
    load: load ?? 0,
    ...(cpu == null ? {} : { cpu }),
    ...(latency == null ? {} : { latency }),
    ...(errors == null ? {} : { errors }),
  };
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
