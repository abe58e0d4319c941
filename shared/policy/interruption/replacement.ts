import type {
  Decision,
  Disruption,
  DisruptionPolicy,
  EventOf,
  FleetName,
  Group,
  Instant,
  Seconds,
} from '../../domain/index.ts';
import { SECOND } from '../../domain/index.ts';
import { disruptionsLeft } from '../protection/budget.ts';

/** `gone`: the instance is not in service any more, or must not be touched: nothing is left to replace. */
export type Replacement = 'wait' | 'go' | 'gone';

/** Before AWS takes an instance there has to be time to boot another and to drain this one. */
const AHEAD: Seconds = 2 * 3600;

interface Candidate {
  readonly instance: string;
  readonly zone: string;
  readonly group: Group | undefined;
  readonly policy: DisruptionPolicy | undefined;
  readonly disruptions: readonly Disruption[];
  readonly now: Instant;
  /** When AWS takes it, if that is known. */
  readonly by?: Instant;
}

/**
 * When an instance whose end is announced is replaced: as soon as the fleet's disruption budget, with its hours, lets
 * it, and two hours before its end at the latest, since it is lost then all the same.
 */
export function whenToReplace({
  instance,
  zone,
  group,
  policy,
  disruptions,
  now,
  by,
}: Candidate): Replacement {
  const member = group?.instances.find(({ id }) => id === instance);
  if (group === undefined || member?.lifecycle !== 'InService' || member.isProtected) return 'gone';
  if (by !== undefined && now >= by - AHEAD * SECOND) return 'go';
  // Its own entry is no obstacle: a crash after it was written would wait for itself.
  const others = disruptions.filter(({ instances }) => instances.every(({ id }) => id !== instance));
  if (policy === undefined) return 'go';
  const { left, inZone } = disruptionsLeft(policy, others, group, 'interruption', now);
  return left > 0 && inZone(zone) > 0 ? 'go' : 'wait';
}

/** A step of a replacement, and what it makes of desired capacity. */
interface Change {
  readonly event: EventOf<'replace-due'>;
  readonly fleet: FleetName;
  readonly group: string;
  readonly from: number;
  readonly to: number;
  /** The instance that leaves, where one does. */
  readonly victims: readonly string[];
  readonly now: Instant;
}

/**
 * A change of capacity that a replacement makes, as the decision that stands in the ledger before it is made: out for
 * the newcomer, in for the instance that leaves, or for a newcomer that never came.
 */
export function replacementDecision({ event, fleet, group, from, to, victims, now }: Change): Decision {
  const action = to > from ? 'scale-out' : 'scale-in';
  return {
    id: `replace#${event.instance}#${action}`,
    fleet,
    group,
    at: now,
    action,
    from,
    to,
    victims,
    reasons: [{ code: 'REPLACEMENT', facts: { instance: event.instance } }],
    isShadow: false,
    cause: event.id,
    inputs: {},
  };
}
