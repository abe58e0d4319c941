import type { Cloud } from '../cloud/cloud.ts';
import { DecisionLog } from './observe/decisions.ts';
import { Observer } from './observe/index.ts';
import { expectedBy } from './observe/forecast.ts';
import type { Invariant, Verdict } from './observe/invariants/index.ts';
import { printed, type TimelineLine } from './observe/timeline.ts';
import { newItems, type Snapshot, type SnapshotSource } from './page/snapshot.ts';
import { usefulRequests, type InstanceShape } from './fleet-shape.ts';
import { endOf, type Trace } from './load/trace.ts';
import { runningFigures, verdictOf } from './summary.ts';
import type { Setting } from './scenario/scenario.ts';
import type { Terminal } from './terminal.ts';

/** Often enough for the page to show what was expected, seldom enough to cost nothing. */
const HALF_AN_HOUR = 30 * 60_000;

/** Real milliseconds between two looks at where the run stands. */
const PROGRESS_INTERVAL = 200;

/** A run as it is watched: what has happened so far, for the terminal, the page and the report. */
export class Session implements SnapshotSource {
  status = 'starting';
  readonly observer: Observer;
  readonly shape: InstanceShape;
  readonly decisions: DecisionLog;
  readonly #cloud: Cloud;
  readonly #lines: TimelineLine[] = [];
  readonly #terminal: Terminal;
  readonly #load: Trace;
  readonly #progress: NodeJS.Timeout;
  /** The share of minutes that may be violations, where there is a budget. */
  readonly budget: number | undefined;
  readonly #counts: string;
  #resources = 0;
  #table: string | undefined;

  /**
   * @param setting    which fleet is followed
   * @param budget     the share of minutes that may be violations, where there is a budget
   * @param shape      what its instances can do
   * @param counts     what its load is made of, such as requests
   * @param invariants what has to hold besides what always has to
   */
  constructor(
    cloud: Cloud,
    load: Trace,
    {
      setting: { fleet, group },
      budget,
      shape,
      counts,
      invariants,
      terminal,
    }: {
      setting: Pick<Setting, 'fleet' | 'group'>;
      budget: number | undefined;
      shape: InstanceShape;
      counts: string;
      invariants: readonly Invariant[];
      terminal: Terminal;
    },
  ) {
    this.#cloud = cloud;
    this.#terminal = terminal;
    this.shape = shape;
    this.budget = budget;
    this.#counts = counts;
    this.#load = load;
    const { endpoint, kernel } = cloud;
    this.decisions = new DecisionLog(endpoint, kernel.account.region, fleet);
    this.observer = new Observer(
      kernel.journal,
      this.decisions.all,
      () => cloud.wiringReport(),
      (line) => this.#say(line),
      { further: invariants, fleet, group },
    );
    kernel.journal.observe(({ kind, ...entry }) => {
      if (kind === 'stack' && 'status' in entry && entry.status === 'CREATE_COMPLETE') this.#resources++;
    });
    this.#progress = setInterval(() => terminal.progress(this.#standing()), PROGRESS_INTERVAL);
  }

  /** Puts a line of the sandbox's own into the timeline. */
  say(text: string): void {
    this.#say({ at: this.#cloud.clock.now(), kind: 'scenario', text });
  }

  /** Begins to follow what the deployed stack decides. @param table the ledger's name */
  follow(table: string): void {
    this.#table = table;
    this.#cloud.clock.every(HALF_AN_HOUR, () => this.readDecisions());
  }

  async readDecisions(): Promise<void> {
    if (this.#table !== undefined) await this.decisions.read(this.#table);
  }

  /** The run is over, and this is what it has shown. */
  judged(verdicts: readonly Verdict[]): void {
    this.status = `the run has ended: ${verdictOf(verdicts)}`;
  }

  reader(): () => Snapshot {
    const { traffic, notifications } = this.observer;
    const minutes = newItems(traffic.minutes);
    const decisions = newItems(this.decisions.all);
    const lines = newItems(this.#lines);
    const messages = newItems(notifications.reports);
    return () => ({
      now: this.#cloud.clock.now(),
      status: this.status,
      fleet: this.observer.fleet.view(),
      decision: this.observer.lastDecision.line,
      counts: this.#counts,
      figures: runningFigures(this.observer, this.shape, this.#counts, this.budget),
      newMinutes: minutes().map(({ at, load, serving }) => ({
        at,
        load,
        useful: serving * usefulRequests(this.shape),
      })),
      newExpected: decisions().flatMap(expectedBy),
      newLines: lines(),
      newMessages: messages(),
    });
  }

  close(): void {
    clearInterval(this.#progress);
    this.#terminal.progress('');
    this.decisions.close();
  }

  #say(line: TimelineLine): void {
    this.#lines.push(line);
    this.#terminal.print(printed(line));
  }

  /** Where the run stands, in a line. */
  #standing(): string {
    const start = this.#load.points[0]?.at ?? 0;
    const now = this.#cloud.clock.now();
    if (now < start) return `${this.status}, ${this.#resources} resources`;
    const share = Math.min(1, (now - start) / (endOf(this.#load) - start));
    const { desired, instances } = this.observer.fleet.view();
    const size = `${this.observer.fleet.inService().length} of ${desired} serve, ${instances.length} run`;
    return `${new Date(now).toISOString().slice(0, 16)}  ${Math.round(100 * share)} %  ${size}`;
  }
}
