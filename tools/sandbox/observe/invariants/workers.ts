import type { Decision } from '../../../../shared/domain/index.ts';
import type { GroupMinute } from '../../workers/group-watch.ts';
import type { JobsReport } from '../../workers/job-log.ts';
import { Checks, type Verdict } from './invariant.ts';
import type { Span } from './site-up.ts';

/** Every job that was put was done in the end. */
export function jobsDone({ put, undone }: JobsReport): Verdict {
  const checks = new Checks();
  checks.count(put - undone.length);
  for (const id of undone) checks.expect(false, () => `${id} was never done`);
  return checks.verdict('jobs-done');
}

/** No job is done twice, and none is begun again but after its worker was lost with it. */
export function jobsDoneOnce({ put, repeated }: JobsReport, begunTooOften: readonly string[]): Verdict {
  const checks = new Checks();
  const often = new Set([...repeated, ...begunTooOften]);
  checks.count(put - often.size);
  for (const id of often) checks.expect(false, () => `${id} was begun or done too often`);
  return checks.verdict('jobs-done-once');
}

/** No job waits longer than `most` seconds for a worker, from zero or not. */
export function jobsTakenUp(
  waits: readonly { readonly id: string; readonly seconds: number }[],
  most: number,
): Verdict {
  const checks = new Checks();
  for (const { id, seconds } of waits)
    checks.expect(seconds <= most, () => `${id} waited ${Math.round(seconds)} s`);
  return checks.verdict('jobs-taken-up');
}

/** While nothing is to be done there is no instance at all. */
export function zeroAtNight(minutes: readonly GroupMinute[], nights: readonly Span[]): Verdict {
  return inEach(minutes, nights, 'zero-at-night', ({ running }) =>
    running === 0 ? undefined : `${running} instances`,
  );
}

/** A floor of the calendar stands from its begin to its end. */
export function floorStands(minutes: readonly GroupMinute[], floor: Span, least: number): Verdict {
  return inEach(minutes, [floor], 'floor-stands', ({ desired }) =>
    desired >= least ? undefined : `desired capacity ${desired}`,
  );
}

function inEach(
  minutes: readonly GroupMinute[],
  spans: readonly Span[],
  id: string,
  wrong: (minute: GroupMinute) => string | undefined,
): Verdict {
  const checks = new Checks();
  for (const minute of minutes) {
    if (!spans.some(({ from, to }) => minute.at > from && minute.at <= to)) continue;
    const problem = wrong(minute);
    checks.expect(problem === undefined, () => `${problem} at ${new Date(minute.at).toISOString()}`);
  }
  return checks.verdict(id);
}

/** What was asked for because of a known event serves when the event begins: as much of it as the group may have. */
export function eventForeseen(
  minutes: readonly GroupMinute[],
  decisions: readonly Decision[],
  { from, most }: { readonly from: number; readonly most: number },
): Verdict {
  const checks = new Checks();
  const asked = decisions.flatMap(({ at, reasons }) =>
    at >= from
      ? []
      : reasons.flatMap(({ code, facts }) =>
          code === 'KNOWN_EVENT' ? [Math.min(most, Number(facts.min))] : [],
        ),
  );
  const serving = minutes.findLast(({ at }) => at <= from)?.serving ?? 0;
  checks.expect(asked.length > 0, () => 'nothing was asked for before it began');
  for (const min of asked) checks.expect(serving >= min, () => `${serving} serve at its begin, not ${min}`);
  return checks.verdict('event-foreseen');
}

/** What CloudWatch has of a metric, all minutes together. */
export interface Published {
  readonly count: number;
  readonly sum: number;
}

/** What the shadow would have done otherwise is published, decision by decision. */
export function divergenceTold(decisions: readonly Decision[], published: Published): Verdict {
  const checks = new Checks();
  const divergences = decisions.flatMap(({ to, shadow }) => (shadow === undefined ? [] : [shadow.to - to]));
  const sum = divergences.reduce((total, divergence) => total + divergence, 0);
  checks.expect(divergences.length > 0, () => 'the ledger has no shadow decision');
  checks.expect(
    divergences.some((divergence) => divergence !== 0),
    () => 'the two policies never differed',
  );
  checks.expect(
    published.count === divergences.length && published.sum === sum,
    () => `${published.count} values, ${published.sum} in all, not ${divergences.length} and ${sum}`,
  );
  return checks.verdict('divergence-told');
}

/** A fleet whose forecasts are only recorded is left as it is, though they would have changed it. */
export function leftAlone(changes: number, decisions: readonly Decision[]): Verdict {
  const checks = new Checks();
  const wanted = decisions.filter(({ reasons }) => reasons.some(({ code }) => code === 'FORECAST_ONLY'));
  checks.expect(changes === 0, () => `its desired capacity was changed ${changes} times`);
  checks.expect(wanted.length > 0, () => 'no forecast would have changed it');
  for (const { action, to } of decisions) checks.expect(action === 'hold', () => `${action} to ${to}`);
  return checks.verdict('forecast-only');
}
