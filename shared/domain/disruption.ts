import type { Recurring } from './calendar.ts';
import type { Group } from './group.ts';
import type { Instant, Seconds } from './time.ts';

/** What takes instances out of work. An interruption is not asked for: it uses the budget up all the same. */
export type DisruptionCause = 'scale-in' | 'refresh' | 'drain' | 'interruption';

/** An instance that is taken out of work; a weighted one with the units of capacity that it counts for. */
export interface Disrupted {
  readonly id: string;
  readonly zone?: string;
  readonly units?: number;
}

/** Instances that one cause took out of work at once: an entry of the ledger. */
export interface Disruption {
  readonly at: Instant;
  readonly cause: DisruptionCause;
  readonly instances: readonly Disrupted[];
}

/** An instance as an entry of the ledger has it, with what its group says of it. */
export function disrupted(
  id: string,
  { instances }: Pick<Group, 'instances'> = { instances: [] },
): Disrupted {
  const found = instances.find((instance) => instance.id === id);
  if (found === undefined) return { id };
  const { zone, weight } = found;
  return { id, zone, ...(weight !== undefined && { units: weight }) };
}

/** So many instances, or such a share of a fleet, rounded down, and one at least where the share is above 0. */
export type Amount = { readonly instances: number } | { readonly share: number };

/** A narrower limit at times that come again, for some causes or for all. */
export interface DisruptionWindow extends Recurring {
  readonly atMost: Amount;
  readonly causes?: readonly DisruptionCause[];
}

/** How many instances may be taken out of work within any span of time of a length, whatever the cause. */
export interface DisruptionPolicy {
  readonly atMost: Amount;
  readonly per: Seconds;
  /** Of the instances of each zone. */
  readonly perZone?: Amount;
  /** Narrower limits of single causes. */
  readonly causes?: Readonly<Partial<Record<DisruptionCause, Amount>>>;
  readonly schedule?: readonly DisruptionWindow[];
}
