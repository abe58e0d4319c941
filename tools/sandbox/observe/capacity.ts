/** What a minute looked like. Loads in requests a second. */
export interface CapacityMinute {
  readonly load: number;
  /** Instances that took requests. */
  readonly serving: number;
  /** Instances that are paid for: booting, serving and draining ones. */
  readonly running: number;
}

/** The fleet that minutes are judged against. */
export interface FleetShape {
  /** Requests a second that one instance can serve. */
  readonly instanceCapacity: number;
  /** Share of that which is useful: beyond it, latency suffers. */
  readonly usefulShare: number;
  readonly min: number;
  readonly bootMinutes: number;
  readonly drainMinutes: number;
}

export interface CapacityReport {
  readonly instanceHours: number;
  /** Minutes in which the load exceeded what the serving instances could usefully take. */
  readonly violationMinutes: number;
  /** Instance-hours of whoever knows the load ahead, and still has to boot and to drain. */
  readonly oracleInstanceHours: number;
}

export function judgeCapacity(minutes: readonly CapacityMinute[], shape: FleetShape): CapacityReport {
  const useful = shape.instanceCapacity * shape.usefulShare;
  const needed = minutes.map(({ load }) => Math.max(shape.min, Math.ceil(load / useful)));
  return {
    instanceHours: instanceHours(minutes),
    violationMinutes: violationMinutes(minutes, shape),
    oracleInstanceHours: oracleMinutes(needed, shape.bootMinutes + shape.drainMinutes) / 60,
  };
}

export function instanceHours(minutes: readonly CapacityMinute[]): number {
  return minutes.reduce((sum, { running }) => sum + running, 0) / 60;
}

export function violationMinutes(
  minutes: readonly CapacityMinute[],
  shape: Pick<FleetShape, 'instanceCapacity' | 'usefulShare'>,
): number {
  const useful = shape.instanceCapacity * shape.usefulShare;
  return minutes.filter(({ load, serving }) => load > serving * useful).length;
}

/**
 * The least instance-minutes that cover a need, when starting and stopping an instance costs `turnaround` minutes.
 * Each level of capacity can be looked at alone: an instance at that level runs while the need reaches it, and
 * through a gap when that is no dearer than stopping and starting again.
 */
export function oracleMinutes(needed: readonly number[], turnaround: number): number {
  const highest = needed.reduce((most, need) => Math.max(most, need), 0);
  let total = 0;
  for (let level = 1; level <= highest; level++) total += levelMinutes(needed, level, turnaround);
  return total;
}

function levelMinutes(needed: readonly number[], level: number, turnaround: number): number {
  let minutes = 0;
  let gap = Infinity; // minutes since the level was last needed; Infinity before the first time
  for (const [minute, need] of needed.entries()) {
    if (need < level) {
      gap++;
      continue;
    }
    // What runs from the first minute on was there before; a later gap is bridged, or paid by a new start.
    minutes += 1 + (minute === 0 ? 0 : Math.min(gap, turnaround));
    gap = 0;
  }
  return minutes;
}
