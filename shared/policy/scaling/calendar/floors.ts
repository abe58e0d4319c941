import type { Instant, ScalingPolicy } from '../../../domain/index.ts';
import type { Rule } from '../plan.ts';
import { aimAt, reason } from '../plan.ts';
import { timetable } from '../../timetable.ts';

/** The highest of the floors that stand at an instant, and until when. */
export interface StandingFloor {
  readonly min: number;
  readonly until: Instant;
}

export function floorAt(
  { floors = [], holidays }: Pick<ScalingPolicy, 'floors' | 'holidays'>,
  now: Instant,
): StandingFloor | undefined {
  let highest: StandingFloor | undefined;
  for (const floor of floors) {
    const span = timetable(floor, holidays).at(now);
    if (span === undefined || span.from > now || floor.min <= (highest?.min ?? 0)) continue;
    highest = { min: floor.min, until: span.until };
  }
  return highest;
}

/** Capacity is never less than the highest floor that stands: raised to it, and taken in to it at most. */
export const calendarFloor: Rule = (plan, { fleet, now }) => {
  if (fleet.scaling.floors === undefined) return plan;
  const floor = floorAt(fleet.scaling, now);
  if (floor === undefined || floor.min <= plan.to) return plan;
  return aimAt(plan, floor.min, reason('FLOOR', { min: floor.min, until: floor.until }));
};

/** The owner's own least capacity, of whatever time. */
export const ownMinimum: Rule = (plan, { fleet }) => {
  const { min = 0 } = fleet.scaling;
  return min <= plan.to ? plan : aimAt(plan, min, reason('FLOOR', { min }));
};
