import type { Disruption, EventOf, Fleet, Seconds } from '../domain/index.ts';
import { disrupted, SECOND } from '../domain/index.ts';
import type { Announcements, Clock, Groups, Lease, Ledger } from '../ports/index.ts';
import type { Replacement } from '../policy/interruption/replacement.ts';
import { aheadOf, announcedEnd, whenToReplace } from '../policy/interruption/replacement.ts';
import type { MarkedPorts } from './marked.ts';
import { markedIn } from './marked.ts';

export interface TurnPorts extends MarkedPorts {
  readonly groups: Pick<Groups, 'named'>;
  readonly ledger: Pick<Ledger, 'disrupt' | 'disruptions'>;
  readonly announcements: Pick<Announcements, 'of'>;
  readonly lease: Lease;
  readonly clock: Clock;
}

/** The instance whose turn is waited for, and whose it is. */
export interface Waiting {
  readonly fleet: Fleet;
  readonly group: string;
  readonly zone: string;
}

/** Between two looks at what keeps it waiting, which may be for weeks. */
const WAITS: readonly { readonly looks: number; readonly pause: Seconds }[] = [
  { looks: 60, pause: 60 },
  { looks: 180, pause: 300 },
  { looks: Infinity, pause: 900 },
];

/** Before one that another was quicker than has its turn again. */
export const SOON: Seconds = 60;

/** Where the wait for a turn stands. */
export interface Turn {
  readonly state: Replacement;
  /** Taken so far. */
  readonly looks: number;
}

export const FIRST_TURN: Turn = { state: 'wait', looks: 0 };

/** Before the next look. */
export function pauseOf({ looks }: Turn): Seconds {
  return WAITS.find((wait) => looks <= wait.looks)?.pause ?? SOON;
}

/**
 * Whether it is the instance's turn; if so its place in the budget is taken. Of several that ask at the same time each finds
 * what those before it have taken.
 */
export async function takeTurn(
  event: EventOf<'replace-due'>,
  waiting: Waiting,
  on: TurnPorts,
): Promise<Replacement> {
  const { instance } = event;
  const { fleet, group } = waiting;
  const { state } = await turnOf(event, waiting, on);
  if (state !== 'go') return state;
  if ((await markedIn(group, fleet, on)).has(instance)) return 'gone';
  if (fleet.disruption === undefined) return 'go';
  const taken = await on.lease.withLease(fleet.name, `replace#${instance}`, async () => {
    const { state: turn, entry } = await turnOf(event, waiting, on);
    if (turn === 'go') await on.ledger.disrupt(fleet.name, instance, entry);
    return turn;
  });
  return taken === 'busy' ? 'wait' : taken;
}

async function turnOf(
  event: EventOf<'replace-due'>,
  { fleet, group: name, zone }: Waiting,
  on: TurnPorts,
): Promise<{ readonly state: Replacement; readonly entry: Disruption }> {
  const { instance } = event;
  const { disruption: policy } = fleet;
  const { by, isCalledOff } = announcedEnd(event, await on.announcements.of(instance));
  const group = await on.groups.named(name);
  const now = on.clock.now();
  const disruptions =
    policy === undefined ? [] : await on.ledger.disruptions(fleet.name, now - policy.per * SECOND);
  const ahead = aheadOf(fleet);
  const state = whenToReplace({ instance, zone, group, policy, disruptions, now, by, ahead });
  const instances = [{ zone, ...disrupted(instance, group) }];
  return { state: isCalledOff ? 'gone' : state, entry: { at: now, cause: 'interruption', instances } };
}
