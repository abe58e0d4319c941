import type { Cancel, Clock, Instant } from '../kernel/clock.ts';
import type { Journal } from '../kernel/journal.ts';
import { Chance } from './chance.ts';
import { parseEntry, parsePlan } from './plan/parse.ts';
import type { Entry, EntryInput, EntryOf, Kind, Plan, PlanInput } from './plan/schema.ts';
import type { Spread } from './plan/values.ts';

/** An entry of the plan, on the clock. */
export interface Forecast {
  readonly id: string;
  readonly state: 'coming' | 'standing' | 'over';
  readonly from: Instant;
  /** Infinity where nothing ends it. */
  readonly until: Instant;
  readonly entry: Entry;
  /** The entry as it was written. */
  readonly given: EntryInput;
}

/** An entry that has struck. */
export interface Strike<K extends Kind> {
  readonly entry: EntryOf<K>;
  readonly until: Instant;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** A chance between two durations, in milliseconds. */
  readonly between: (spread: Spread) => number;
  /** Has the journal say what came of it, and which call was struck if one was. */
  readonly tell: (what: string, action?: string) => void;
}

/** Takes effect when an entry begins; what it returns is done when the entry ends. */
type Happening<K extends Kind> = (strike: Strike<K>) => Cancel | undefined;

interface Planned extends Omit<Forecast, 'state'> {
  state: Forecast['state'];
  /** Calls off whatever is still to come of it. */
  cancel: Cancel;
}

const NOTHING = () => undefined;

/**
 * What goes wrong in the cloud, by plan. Whoever can be struck asks {@link strike} at the moment it matters; what
 * happens of itself is given to {@link onBegin}.
 */
export class Weather {
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #chance: Chance;
  readonly #planned = new Map<string, Planned>();
  readonly #standing = new Map<Kind, Planned[]>();
  readonly #happenings = new Map<Kind, ((planned: Planned) => Cancel | undefined)[]>();
  readonly #followers: ((plan: Plan) => void)[] = [];
  #count = 0;

  constructor(clock: Clock, journal: Journal, seed: number) {
    this.#clock = clock;
    this.#journal = journal;
    this.#chance = new Chance(seed, () => clock.now());
  }

  /**
   * Takes a plan's entries in, beside those that there are.
   *
   * @param begin what their durations count from; without it, now
   */
  follow(given: PlanInput, begin = this.#clock.now()): void {
    const plan = parsePlan(given);
    for (const follower of this.#followers) follower(plan);
    for (const entry of given.entries ?? []) this.#plan(entry, begin);
  }

  /** Adds an entry whose durations count from now. @returns its id @throws PlanError */
  add(entry: EntryInput): string {
    return this.#plan(entry, this.#clock.now());
  }

  /** Ends an entry, or calls it off, and forgets it. @returns whether there was one */
  remove(id: string): boolean {
    const planned = this.#planned.get(id);
    if (planned === undefined) return false;
    planned.cancel();
    if (planned.state === 'standing') this.#end(planned);
    return this.#planned.delete(id);
  }

  list(): Forecast[] {
    return [...this.#planned.values()].map(({ cancel: _, ...forecast }) => forecast);
  }

  /** Whether anything of a kind stands: for what has to be prepared before it can strike. */
  stands(kind: Kind): boolean {
    return this.#standing.has(kind);
  }

  /**
   * The first entry of a kind that stands, is meant, and whose chance comes up.
   *
   * @param about what would be struck, in enough words to tell it from anything else at the same instant
   */
  strike<K extends Kind>(
    kind: K,
    about: () => string,
    isMeant: (entry: EntryOf<K>) => boolean,
  ): Strike<K> | undefined {
    for (const planned of this.#standing.get(kind) ?? []) {
      const entry = planned.entry as EntryOf<K>;
      if (!isMeant(entry)) continue;
      const strike = this.#strikeOf<K>(planned, about());
      if (!('probability' in entry) || strike.random() < entry.probability) return strike;
    }
    return undefined;
  }

  /** Has entries of a kind happen when they begin, after what they are to do already. */
  onBegin<K extends Kind>(kind: K, happening: Happening<K>): void {
    const all = this.#happenings.get(kind) ?? [];
    this.#happenings.set(kind, [...all, (planned) => happening(this.#strikeOf<K>(planned, 'begin'))]);
  }

  /** Tells of plans that are followed, before their entries are. */
  onPlan(follower: (plan: Plan) => void): void {
    this.#followers.push(follower);
  }

  #plan(given: EntryInput, begin: Instant): string {
    const entry = parseEntry(given);
    const id = `w${++this.#count}`;
    const now = this.#clock.now();
    const from = instantOf(entry.from, begin) ?? begin;
    const until = instantOf(entry.until, begin) ?? from + (entry.for ?? Infinity);
    const planned: Planned = { id, given, entry, from, until, state: 'coming', cancel: NOTHING };
    this.#planned.set(id, planned);
    if (until <= now) planned.state = 'over';
    else if (from <= now) this.#begin(planned);
    else planned.cancel = this.#clock.at(from, () => this.#begin(planned));
    return id;
  }

  #begin(planned: Planned): void {
    const { kind } = planned.entry;
    planned.state = 'standing';
    this.#standing.set(kind, [...(this.#standing.get(kind) ?? []), planned]);
    this.#record(planned, 'begins');
    const undone = (this.#happenings.get(kind) ?? []).map((happening) => happening(planned));
    const undo = () => undone.forEach((one) => one?.());
    const cancelEnd =
      planned.until === Infinity
        ? NOTHING
        : this.#clock.at(planned.until, () => {
            undo();
            this.#end(planned);
          });
    planned.cancel = () => {
      cancelEnd();
      if (planned.state === 'standing') undo();
    };
  }

  #end(planned: Planned): void {
    const { kind } = planned.entry;
    const others = (this.#standing.get(kind) ?? []).filter((one) => one !== planned);
    if (others.length > 0) this.#standing.set(kind, others);
    else this.#standing.delete(kind);
    planned.state = 'over';
    this.#record(planned, 'ends');
  }

  #strikeOf<K extends Kind>(planned: Planned, about: string): Strike<K> {
    const random = () => this.#chance.draw(`${planned.id} ${about}`);
    return {
      entry: planned.entry as EntryOf<K>,
      until: planned.until,
      random,
      between: ({ least, most }) => Math.round(least + (most - least) * random()),
      tell: (what, action) => this.#record(planned, 'strikes', { what, ...(action && { action }) }),
    };
  }

  #record(
    { id, entry }: Planned,
    phase: 'begins' | 'strikes' | 'ends',
    struck: { readonly what?: string; readonly action?: string } = {},
  ): void {
    this.#journal.record({ kind: 'weather', id, weather: entry.kind, phase, ...struck });
  }
}

function instantOf(moment: Entry['from'], begin: Instant): Instant | undefined {
  if (moment === undefined) return undefined;
  return 'at' in moment ? moment.at : begin + moment.after;
}
