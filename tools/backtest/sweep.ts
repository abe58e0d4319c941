import type { Bracket, SweepPoint } from './frontier.ts';
import { bracketOfHours, bracketOfViolations, frontierOf } from './frontier.ts';
import type { Figures } from './judge.ts';
import { figuresOf } from './judge.ts';
import type { PolicyFamily } from './policy.ts';
import type { Setting } from './setting.ts';
import { simulate } from './simulate.ts';
import type { MinuteTrace } from './trace/minute-trace.ts';

/** How often the stretch of the knob is halved in which what is looked for lies. */
const HALVINGS = 4;

/** One run at each position of a knob, or one run where there is no knob. */
export function sweep(
  family: PolicyFamily,
  trace: MinuteTrace,
  setting: Setting,
  positions: readonly number[] | undefined = family.knob?.sweep,
): readonly SweepPoint[] {
  return (positions ?? [undefined]).map((position) => tryAt(position, family, trace, setting));
}

/**
 * A sweep that is finer where it is read: around the instance-hours and the violations of another policy, the knob is
 * halved until straight lines between its positions say little that was not tried.
 *
 * @param positions what it starts from; the knob's own without it
 */
export function sweepAround(
  reference: Figures,
  family: PolicyFamily,
  trace: MinuteTrace,
  setting: Setting,
  positions?: readonly number[],
): readonly SweepPoint[] {
  const points = [...sweep(family, trace, setting, positions)];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const frontier = frontierOf(points);
    const between = [
      middle(bracketOfHours(frontier, reference.instanceHours)),
      middle(bracketOfViolations(frontier, reference.violationMinutes)),
    ];
    for (const position of new Set(between)) {
      if (position !== undefined && points.every((point) => point.position !== position))
        points.push(tryAt(position, family, trace, setting));
    }
  }
  return points;
}

function middle(bracket: Bracket | undefined): number | undefined {
  if (bracket === undefined || bracket[0] === bracket[1]) return undefined;
  return (bracket[0].position + bracket[1].position) / 2;
}

function tryAt(
  position: number | undefined,
  family: PolicyFamily,
  trace: MinuteTrace,
  setting: Setting,
): SweepPoint {
  return { position: position ?? NaN, ...figuresOf(simulate(trace, family.at(position), setting)) };
}
