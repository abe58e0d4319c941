import type { Decision } from '../../../../shared/domain/index.ts';
import type { JournalEntry } from '../../../cloud/kernel/index.ts';
import type { WiringReport } from '../../../cloud/wiring/index.ts';
import { boundsHold } from './bounds.ts';
import { eventsAccountedFor } from './events-accounted.ts';
import type { Invariant, Verdict } from './invariant.ts';
import { nothingDenied } from './nothing-denied.ts';
import { oneCompletionEach } from './one-completion.ts';
import { oneWriteADecision } from './one-write.ts';
import { protectedStay } from './protected-instances.ts';
import { wiresAdmitted } from './wires-admitted.ts';

export type { Invariant, Verdict } from './invariant.ts';
export { nothingLeft } from './nothing-left.ts';
export {
  drainsEndWhenIdle,
  eventsHappened,
  requestsSucceed,
  undrainedRequestsFail,
} from './requests-succeed.ts';
export { siteStaysUp, type Span } from './site-up.ts';
export { visitsSucceed } from './visits-succeed.ts';

/** All that must hold during a run. */
export class Invariants {
  readonly #all: readonly Invariant[];

  constructor(
    decisions: () => readonly Decision[],
    wiring: () => WiringReport,
    further: readonly Invariant[] = [],
  ) {
    this.#all = [
      boundsHold(),
      oneWriteADecision(decisions),
      oneCompletionEach(),
      protectedStay(),
      eventsAccountedFor(),
      nothingDenied(),
      wiresAdmitted(wiring),
      ...further,
    ];
  }

  see(entry: JournalEntry): void {
    for (const invariant of this.#all) invariant.see(entry);
  }

  verdicts(): Verdict[] {
    return this.#all.map((invariant) => invariant.verdict());
  }
}
