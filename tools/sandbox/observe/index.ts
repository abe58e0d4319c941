import type { Decision } from '../../../shared/domain/index.ts';
import type { Journal } from '../../cloud/kernel/index.ts';
import type { WiringReport } from '../../cloud/wiring/index.ts';
import { CallLog } from './aws-calls.ts';
import { DrainLog } from './drains.ts';
import { FleetLog } from './fleet.ts';
import { LastDecision } from './last-decision.ts';
import { InstanceTimesLog } from './instance-times.ts';
import { Invariants, type Invariant } from './invariants/index.ts';
import { NotificationLog } from './notifications.ts';
import { RefreshLog } from './refreshes.ts';
import { RefusalLog } from './refusals.ts';
import { RuleLog } from './rules.ts';
import { lineOf, type TimelineLine } from './timeline.ts';
import { TrafficLog } from './traffic.ts';

/** What of a run is looked at. */
export interface Watched {
  /** Invariants of this run alone. */
  readonly further: readonly Invariant[];
  /** Whose decisions are followed. */
  readonly fleet: string;
  /** Whose capacity and load are followed, by its name; without it those of the only group. */
  readonly group?: string | undefined;
}

/** All that is seen of a run, from outside the system that is run. */
export class Observer {
  readonly traffic: TrafficLog;
  readonly fleet: FleetLog;
  readonly drains = new DrainLog();
  readonly times = new InstanceTimesLog();
  readonly refreshes = new RefreshLog();
  readonly notifications = new NotificationLog();
  readonly calls = new CallLog();
  readonly rules = new RuleLog();
  readonly refusals = new RefusalLog();
  readonly lastDecision: LastDecision;
  readonly invariants: Invariants;

  /**
   * @param decisions  a list that grows as the ledger is read
   * @param wiring     looks at the ways that are laid for messages
   */
  constructor(
    journal: Journal,
    decisions: readonly Decision[],
    wiring: () => WiringReport,
    say: (line: TimelineLine) => void,
    { further, fleet, group }: Watched,
  ) {
    this.lastDecision = new LastDecision(fleet);
    this.traffic = new TrafficLog(group);
    this.fleet = new FleetLog(group);
    this.invariants = new Invariants(() => decisions, wiring, further);
    const logs = [
      this.traffic,
      this.fleet,
      this.drains,
      this.times,
      this.refreshes,
      this.notifications,
      this.calls,
      this.rules,
      this.refusals,
      this.lastDecision,
      this.invariants,
    ];
    journal.observe((entry) => {
      for (const log of logs) log.see(entry);
      const line = lineOf(entry);
      if (line !== undefined) say(line);
    });
  }
}
