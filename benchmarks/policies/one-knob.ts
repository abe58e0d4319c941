import { atIndex, ownOf, rivalOf } from './figures.ts';
import type { LoadFigures } from './measure.ts';
import { geometricMean, mean, violationRatio } from './means.ts';

/** A rival with one position of its knob for all loads, as whoever does not know what comes has to choose. */
export interface OneKnobSummary {
  readonly policy: string;
  /** The position at which it costs what Evenkeel costs, in the geometric mean over all loads. */
  readonly position: number;
  readonly fewerViolations: number;
  /** The mean of the shares of violation minutes there. */
  readonly meanShare: number;
  /** Instance-hours that Evenkeel spares when the rival's mean share of violations is Evenkeel's. */
  readonly fewerHours: number;
}

export function oneKnob(policy: string, loads: readonly LoadFigures[]): OneKnobSummary {
  const owns = loads.map(ownOf);
  const count = Math.min(...loads.map((load) => rivalOf(load, policy).sweep.length));
  const positions = Array.from({ length: count }, (_, index) => {
    const points = loads.map((load) => atIndex(rivalOf(load, policy).sweep, index));
    return {
      position: atIndex(points, 0).position,
      hours: geometricMean(points.map((point, at) => point.instanceHours / atIndex(owns, at).instanceHours)),
      violations: violationRatio(
        points.map((point, at) => [point.violationMinutes, atIndex(owns, at).violationMinutes]),
      ),
      share: mean(points.map((point, at) => point.violationMinutes / atIndex(loads, at).minutes)),
    };
  });
  const [equalHours, equalShare] = [
    crossing(positions, ({ hours }) => hours - 1),
    crossing(positions, ({ share }) => share - mean(owns.map((own) => own.violationShare))),
  ];
  return {
    policy,
    position: equalHours(({ position }) => position),
    fewerViolations: 1 - 1 / equalHours(({ violations }) => violations),
    meanShare: equalHours(({ share }) => share),
    fewerHours: 1 - 1 / equalShare(({ hours }) => hours),
  };
}

/**
 * Where a figure passes through 0 along the positions of a knob.
 *
 * @returns a reader of any other figure there, on the straight line between the two positions; NaN where it never does
 */
function crossing<Position>(positions: readonly Position[], figure: (position: Position) => number) {
  const index = positions.findIndex((position, at) => {
    const before = at === 0 ? undefined : figure(atIndex(positions, at - 1));
    return before !== undefined && before * figure(position) <= 0;
  });
  if (index < 0) return () => NaN;
  const [from, to] = [atIndex(positions, index - 1), atIndex(positions, index)];
  const way = figure(from) === figure(to) ? 0 : figure(from) / (figure(from) - figure(to));
  return (read: (position: Position) => number) => read(from) + way * (read(to) - read(from));
}
