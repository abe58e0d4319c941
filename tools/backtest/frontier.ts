/** What one position of a policy's knob came to. */
export interface SweepPoint {
  readonly position: number;
  readonly instanceHours: number;
  readonly violationMinutes: number;
}

/**
 * The positions of a knob that are worth choosing: sorted by instance-hours, each with fewer violations than all that cost
 * no more. What is dominated is left out in the policy's favour: nobody would choose it. Along the frontier hours rise and
 * violations fall, so that it can be read both ways.
 */
export function frontierOf(points: readonly SweepPoint[]): readonly SweepPoint[] {
  const byCost = points.toSorted(
    (one, other) => one.instanceHours - other.instanceHours || one.violationMinutes - other.violationMinutes,
  );
  const frontier: SweepPoint[] = [];
  for (const point of byCost) {
    if (point.violationMinutes < (frontier.at(-1)?.violationMinutes ?? Infinity)) frontier.push(point);
  }
  return frontier;
}

/** Two neighbours on a frontier between which a figure lies; the same point twice where it lies on one. */
export type Bracket = readonly [cheaper: SweepPoint, dearer: SweepPoint];

/** @returns undefined where the frontier does not reach so many hours, or does not start with so few */
export function bracketOfHours(frontier: readonly SweepPoint[], hours: number): Bracket | undefined {
  return bracket(frontier, ({ instanceHours }) => instanceHours - hours);
}

/** @returns undefined where the frontier has no point with so many violations, or none with so few */
export function bracketOfViolations(
  frontier: readonly SweepPoint[],
  violations: number,
): Bracket | undefined {
  return bracket(frontier, ({ violationMinutes }) => violations - violationMinutes);
}

/** On straight lines between neighbours. */
export function violationsAtHours(frontier: readonly SweepPoint[], hours: number): number | null {
  const found = bracketOfHours(frontier, hours);
  if (found === undefined) return null;
  const [cheaper, dearer] = found;
  const way = share(hours, cheaper.instanceHours, dearer.instanceHours);
  return cheaper.violationMinutes + way * (dearer.violationMinutes - cheaper.violationMinutes);
}

/** On straight lines between neighbours. */
export function hoursAtViolations(frontier: readonly SweepPoint[], violations: number): number | null {
  const found = bracketOfViolations(frontier, violations);
  if (found === undefined) return null;
  const [cheaper, dearer] = found;
  const way = share(violations, cheaper.violationMinutes, dearer.violationMinutes);
  return cheaper.instanceHours + way * (dearer.instanceHours - cheaper.instanceHours);
}

/** @param distance ascending along the frontier, 0 at what is looked for */
function bracket(
  frontier: readonly SweepPoint[],
  distance: (point: SweepPoint) => number,
): Bracket | undefined {
  const index = frontier.findIndex((point) => distance(point) >= 0);
  const dearer = frontier[index];
  if (dearer === undefined) return undefined;
  if (distance(dearer) === 0) return [dearer, dearer];
  const cheaper = frontier[index - 1];
  return cheaper === undefined ? undefined : [cheaper, dearer];
}

function share(value: number, from: number, to: number): number {
  return from === to ? 0 : (value - from) / (to - from);
}
