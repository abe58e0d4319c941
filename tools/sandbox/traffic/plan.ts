import { KINDS, noCounts, type Counts, type Kind } from './protocol.ts';

const MINUTE = 60_000;

/** What goes on for some minutes of the cloud's time, and how much load there is meanwhile. */
export interface Stretch {
  readonly event: string;
  readonly minutes: number;
  /** Times the load at other times. */
  readonly load: number;
}

/** How many slow requests and conversations there are at most; of few requests they are a share. */
const MOST: Readonly<Partial<Record<Kind, number>>> = { slow: 2400, websocket: 1200 };
const SHARE: Readonly<Record<Exclude<Kind, 'page'>, number>> = {
  connection: 0.02,
  upload: 0.02,
  slow: 0.04,
  websocket: 0.02,
};

/** How many requests of each kind there are among a number of them. */
export function mixOf(requests: number): Counts {
  const mix = noCounts();
  let left = requests;
  for (const kind of KINDS) {
    if (kind === 'page') continue;
    mix[kind] = Math.min(Math.floor(requests * SHARE[kind]), MOST[kind] ?? Infinity);
    left -= mix[kind];
  }
  return { ...mix, page: left };
}

/** Which requests are due when: in proportion to the load, each kind evenly among the others. */
export class Plan {
  readonly stretches: readonly Stretch[];
  readonly requests: number;
  readonly start: number;
  readonly #mix: Counts;
  readonly #weight: number;

  /** @param start when the first request is due, milliseconds since the epoch */
  constructor(stretches: readonly Stretch[], requests: number, start: number) {
    this.stretches = stretches;
    this.requests = requests;
    this.start = start;
    this.#mix = mixOf(requests);
    this.#weight = sum(stretches.map(({ minutes, load }) => minutes * load));
  }

  get end(): number {
    return this.start + sum(this.stretches.map(({ minutes }) => minutes)) * MINUTE;
  }

  /** How many of each kind are due by an instant, since the start. */
  dueBy(instant: number): Counts {
    const share = this.#shareBy(instant);
    const due = noCounts();
    for (const kind of KINDS) due[kind] = Math.floor(this.#mix[kind] * share + 1e-6);
    return due;
  }

  /** What is going on at an instant. */
  eventAt(instant: number): string {
    let begin = this.start;
    for (const { event, minutes } of this.stretches) {
      begin += minutes * MINUTE;
      if (instant < begin) return event;
    }
    return this.stretches.at(-1)?.event ?? '';
  }

  /** When something begins to go on, milliseconds since the epoch. @throws Error for what is not planned */
  beginOf(event: string): number {
    const index = this.stretches.findIndex((stretch) => stretch.event === event);
    if (index < 0) throw new Error(`nothing is planned by the name of ${event}`);
    return this.start + sum(this.stretches.slice(0, index).map(({ minutes }) => minutes)) * MINUTE;
  }

  #shareBy(instant: number): number {
    let left = (instant - this.start) / MINUTE;
    let done = 0;
    for (const { minutes, load } of this.stretches) {
      done += Math.max(0, Math.min(left, minutes)) * load;
      left -= minutes;
    }
    return done / this.#weight;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
