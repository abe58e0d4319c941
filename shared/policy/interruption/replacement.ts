import type {
  Decision,
  Disruption,
  DisruptionPolicy,
  Fleet,
  Group,
  Instant,
  Seconds,
} from '../../domain/index.ts';
import { isComing, SECOND } from '../../domain/index.ts';
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
  /** The instance that is replaced. */
  readonly instance: string;
  /** The event that announces its end. */
  readonly id: string;
  readonly fleet: Pick<Fleet, 'name'>;
  readonly group: string;
  readonly from: number;
  readonly to: number;
  /** The instance that leaves, where one does. */
  readonly victims: readonly string[];
  readonly now: Instant;
}

/** The name of the decision that has an instance replaced: one out, one in. */
export function replacementId(instance: string, action: 'scale-out' | 'scale-in'): Decision['id'] {
  return `replace#${instance}#${action}`;
}

/**
 * A change of capacity that a replacement makes, as the decision that stands in the ledger before it is made: out for
 * the newcomer, in for the instance that leaves, or for a newcomer that never came.
 */
export function replacementDecision(change: Change): Decision {
  const { instance, id, fleet, group, from, to, victims, now } = change;
  const action = to > from ? 'scale-out' : 'scale-in';
  return {
    id: replacementId(instance, action),
    fleet: fleet.name,
    group,
    at: now,
    action,
    from,
    to,
    victims,
    reasons: [{ code: 'REPLACEMENT', facts: { instance } }],
    isShadow: false,
    cause: id,
    inputs: {},
  };
}

/**
 * The instance that is let go again where one was replaced twice, by another launched beside it and by its group: of
 * those that have come since one that does not serve yet, if there is any.
 *
 * @param known those that were there before
 */
export function newcomerToSpare({ instances }: Group, known: readonly string[]): string | undefined {
  const newcomers = instances.filter((one) => !known.includes(one.id) && !one.isProtected);
  const spare = newcomers.find(isComing) ?? newcomers.find(({ lifecycle }) => lifecycle === 'InService');
  return spare?.id;
}
