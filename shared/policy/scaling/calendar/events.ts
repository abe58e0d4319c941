import type { Instant, KnownEvent } from '../../../domain/index.ts';
import { SECOND } from '../../../domain/index.ts';
import { timetable } from '../../timetable.ts';
import { DEFAULT_TIMINGS } from '../forecast/index.ts';
import type { Plan } from '../plan.ts';
import { aimAt, reason } from '../plan.ts';
import type { View, World } from '../world.ts';

/** An event that goes on, or will within the time that capacity needs to come. */
export interface NearEvent {
  readonly expect: number;
  readonly from: Instant;
  readonly until: Instant;
}

/**
 * How many times the usual demand is expected at the most between two instants: the greatest factor of the events that
 * go on in between, 1 without any.
 */
export function factorOver(events: readonly KnownEvent[], from: Instant, until: Instant): number {
  return eventOver(events, from, until)?.expect ?? 1;
}

function eventOver(events: readonly KnownEvent[], from: Instant, until: Instant): NearEvent | undefined {
  let greatest: NearEvent | undefined;
  for (const event of events) {
    const span = timetable(event).at(from);
    if (span === undefined || span.from > until || event.expect <= (greatest?.expect ?? 1)) continue;
    greatest = { expect: event.expect, ...span };
  }
  return greatest;
}

type Seen = Pick<View, 'fleet' | 'world' | 'now'>;

/** The event that capacity has to be there for: what is asked for now comes a boot later. */
export function nearEvent({ fleet, world, now }: Seen): NearEvent | undefined {
  const { events } = fleet.scaling;
  return events && eventOver(events, now, now + leadOf(world));
}

/** How long before it is needed capacity has to be asked for, in milliseconds. */
function leadOf({ timings = DEFAULT_TIMINGS }: World): number {
  const { boot, lag, period } = timings;
  return (boot + lag + period) * SECOND;
}

/** How many milliseconds of decisions tell what was needed before the event that goes on, or is near; 0 without one. */
export function eventHistory(seen: Seen): number {
  const event = nearEvent(seen);
  return event === undefined ? 0 : seen.now - event.from + leadOf(seen.world);
}

/** What was needed before an event: as it was recorded once capacity had to be asked for, or as it is until it begins. */
export function needBefore(event: NearEvent, need: number, { world, now }: View): number | undefined {
  const recorded = recordedNeed(event, world);
  if (recorded !== undefined) return recorded;
  return now < event.from ? need : undefined;
}

/** As it was recorded first: whoever then saw nothing to change has not read what was recorded, and notes its own need. */
function recordedNeed({ from }: NearEvent, { history }: World): number | undefined {
  const seen = history.findLast(({ inputs, isShadow }) => inputs[EVENT] === from && !isShadow);
  const need = seen?.inputs[EVENT_NEED];
  return typeof need === 'number' ? need : undefined;
}

const EVENT = 'event.from';
const EVENT_NEED = 'event.need';

/** What a decision records of an event, so that the next one knows what was usual before it. */
export function eventInputs(need: number, view: View): Readonly<Record<string, number>> {
  const event = nearEvent(view);
  const before = event && needBefore(event, need, view);
  return event === undefined || before === undefined ? {} : { [EVENT]: event.from, [EVENT_NEED]: before };
}

/**
 * Capacity for what is expected stands when an event begins, and until it ends: so many times what was needed before.
 * What the signals ask for beyond that they get as ever.
 */
export function expectEvent(plan: Plan, need: number, view: View): Plan {
  const event = nearEvent(view);
  const before = event && needBefore(event, need, view);
  if (event === undefined || before === undefined) return plan;
  const min = Math.ceil(before * event.expect - 1e-9);
  if (min <= plan.to) return plan;
  const { expect, until } = event;
  return aimAt(plan, min, reason('KNOWN_EVENT', { expect, before, min, until }));
}
