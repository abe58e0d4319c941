import type { Decision } from '../domain/index.ts';
import { decisionMeasures } from '../policy/scaling/index.ts';
import { learntBy } from '../policy/scaling/memory/index.ts';
import type { Memory, Outbox } from '../ports/index.ts';
import type { Seen } from './observe-fleet.ts';
import type { Done, Outcome } from './outcome.ts';
import { measured } from './outcome.ts';

export interface RememberingPorts {
  readonly memory: Pick<Memory, 'remember'>;
  readonly outbox: Pick<Outbox, 'tell'>;
}

/**
 * Remembers what an evaluation has learnt, and counts what it saw. Minutes are counted by whoever gets them remembered,
 * so that each is counted once; whoever does not has lost nothing, for the next evaluation learns them again. Capacity
 * must not wait for that: a memory that cannot be written is said in the log.
 */
export async function remembered(
  outcome: Done,
  decision: Decision,
  { situation, memory, version, readings }: Seen,
  on: RememberingPorts,
): Promise<Outcome> {
  const measures = decisionMeasures(decision, situation);
  if (readings.length === 0) return measured(outcome, measures);
  const learnt = learntBy({ memory, readings, situation, decision });
  try {
    if (learnt.story !== undefined) await on.outbox.tell(learnt.story);
    const isNews = await on.memory.remember(situation.fleet.name, learnt.memory, version);
    return measured(outcome, isNews ? [...measures, ...learnt.measures] : measures);
  } catch (error) {
    const forgot = error instanceof Error ? error.message : String(error);
    return measured({ ...outcome, facts: { ...outcome.facts, forgot } }, measures);
  }
}
