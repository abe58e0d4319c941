import { instanceHours, violationMinutes } from './observe/capacity.ts';
import type { Observer } from './observe/index.ts';
import type { DrainReport } from './observe/drains.ts';
import type { InstanceShape } from './fleet-shape.ts';
import { deliveryInWords, denialInWords, wireInWords } from './observe/refusals.ts';
import { inWords } from './observe/rules.ts';
import type { Verdict } from './observe/invariants/index.ts';
import type { Report } from './report.ts';
import type { Tally } from './traffic/protocol.ts';
import type { TrafficReport } from './traffic/report.ts';
import type { JobsReport } from './workers/job-log.ts';

/**
 * What is printed at the end of a run: whether it went well, what it came to, what held and what did not.
 *
 * @param budget the share of minutes that may be violations, where there is a budget
 */
export function summaryOf(report: Report, budget?: number): string {
  const broken = report.invariants.filter(({ ok }) => !ok);
  const held = report.invariants.filter(({ ok }) => ok);
  const rows = [...figuresOf(report, budget), ...[...broken, ...held].map(verdictRow), ...findingsOf(report)];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
  return `  ${capitalised(verdictOf(report.invariants))}.\n\n${table}`;
}

/** `every invariant held, 7 of 7`, or which did not */
export function verdictOf(verdicts: readonly Verdict[]): string {
  const broken = verdicts.filter(({ ok }) => !ok).map(({ id }) => id);
  const held = `${verdicts.length - broken.length} of ${verdicts.length}`;
  return broken.length === 0 ? `every invariant held, ${held}` : `BROKEN: ${broken.join(', ')}; ${held} held`;
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

type Row = readonly [name: string, value: string];

/** The figures of a run that still goes on. */
export function runningFigures(
  { traffic, drains, refreshes, notifications }: Observer,
  shape: InstanceShape,
  counts: string,
  budget?: number,
): Row[] {
  const { minutes } = traffic;
  const violations = violationMinutes(minutes, shape);
  return [
    [counts, `${count(traffic.requests)}, ${count(traffic.failed)} failed`],
    [
      'violation minutes',
      `${count(violations)} of ${count(minutes.length)}${share(violations, minutes.length, budget)}`,
    ],
    ['instance-hours', instanceHours(minutes).toFixed(1)],
    ['drains', drainsUnderWay(drains.reports())],
    [
      'refreshes',
      refreshes
        .reports()
        .map(({ status }) => status)
        .join(', ') || 'none',
    ],
    ['messages', count(notifications.reports.length)],
  ];
}

function drainsUnderWay(drains: readonly DrainReport[]): string {
  const open = drains.filter(({ seconds }) => seconds === undefined).length;
  return open === 0 ? count(drains.length) : `${count(drains.length)}, ${count(open)} under way`;
}

/** `, 0.6 % where 1 % may be` */
function share(part: number, whole: number, budget: number | undefined): string {
  if (whole === 0) return '';
  const percent = (value: number) => `${Number((100 * value).toPrecision(2))} %`;
  return `, ${percent(part / whole)}${budget === undefined ? '' : ` where ${percent(budget)} may be`}`;
}

/** `25 hours`, and what is short in minutes */
function lasting(minutes: number): string {
  return minutes < 120 ? `${count(minutes)} minutes` : `${count(minutes / 60)} hours`;
}

function figuresOf(report: Report, budget: number | undefined): Row[] {
  const { capacity, decisions } = report;
  const acted = decisions.filter(({ action }) => action !== 'hold');
  const minutes = report.virtualSeconds / 60;
  return [
    [
      'load',
      `${report.load}, ${lasting(minutes)} in ${report.wallSeconds.toFixed(1)} s (deploy ${report.deploySeconds.toFixed(1)} s)`,
    ],
    ...workRows(report),
    [
      'violation minutes',
      `${count(capacity.violationMinutes)} of ${count(minutes)}${share(capacity.violationMinutes, minutes, budget)}`,
    ],
    [
      'instance-hours',
      `${capacity.instanceHours.toFixed(1)}; with the load known ahead ${capacity.oracleInstanceHours.toFixed(1)} would do`,
    ],
    ...comparisonRows(report),
    ...forecastRow(report),
    [
      'decisions',
      `${count(decisions.length)}: ${outs(acted)} out, ${count(acted.length - outs(acted))} in, the others hold`,
    ],
    ...shadowRow(report),
    ['drains', drainsRow(report)],
    [
      'refreshes',
      report.refreshes
        .map(({ status, seconds }) => `${status} in ${Math.round(seconds / 60)} min`)
        .join(', ') || 'none',
    ],
    ['notifications', `${count(told(report, 'email'))} by email, ${count(told(report, 'slack'))} by Slack`],
    ['API calls', callsRow(report)],
    ['permissions not used', `${count(report.unusedGrants.length)} (--json lists them)`],
  ];
}

/** What the load came to: jobs where it is a queue's, else requests. */
function workRows({ jobs, requests, traffic }: Report): Row[] {
  if (jobs !== undefined) return jobRows(jobs);
  const row: Row = [
    'requests',
    `${count(requests.total)}, ${count(requests.failed)} failed${partOf(requests)}`,
  ];
  return [row, ...(traffic === undefined ? [] : trafficRows(traffic))];
}

/** ` (0.082 %)` */
function partOf({ total, failed }: { readonly total: number; readonly failed: number }): string {
  return failed === 0 ? '' : ` (${Number(((100 * failed) / total).toPrecision(2))} %)`;
}

/** What AWS's own policy would have made of the same load. */
function comparisonRows({ comparison }: Report): Row[] {
  if (comparison === undefined) return [];
  const { violationMinutesAtEqualInstanceHours: minutes, instanceHoursAtEqualViolations: hours } = comparison;
  return [
    [
      '  target tracking',
      `simulated, its target chosen in hindsight: ${[
        ...(minutes === null ? [] : [`${count(minutes)} violation minutes at as many instance-hours`]),
        ...(hours === null ? [] : [`${hours.toFixed(1)} instance-hours at as few violation minutes`]),
      ].join(', ')}`,
    ],
  ];
}

function jobRows({ put, done, takenUpAgain, wait }: JobsReport): Row[] {
  return [
    [
      'jobs',
      `${count(put)}, ${count(put - done)} not done; ${count(takenUpAgain)} of a lost worker's taken up again`,
    ],
    [
      '  waited',
      `${count(wait.mean)} s in the mean, 95 % within ${count(wait.p95)} s, the longest ${count(wait.longest)} s`,
    ],
  ];
}

function shadowRow({ shadow }: Report): Row[] {
  if (shadow === undefined) return [];
  const { evaluations, differing, meanDivergence, most, least } = shadow;
  const mean = `${meanDivergence > 0 ? '+' : ''}${meanDivergence.toFixed(1)}`;
  return [
    [
      'shadow policy',
      `differs in ${count(differing)} of ${count(evaluations)} evaluations: ${mean} instances in the mean, ${least} to +${most}`,
    ],
  ];
}

/** How real requests fared, and what the drains were worth. */
function trafficRows(traffic: TrafficReport): Row[] {
  const { kinds, events, kill, drained } = traffic;
  return [
    ['  by kind', talliesIn(kinds)],
    ['  by event', talliesIn(events)],
    ...(kill === undefined
      ? []
      : [
          [
            '  with the kill',
            `${count(kill.failedInFlight)} of ${count(kill.inFlight)} in flight on ${kill.instance} failed, ${count(kill.failedAfterwards)} sent to it afterwards`,
          ] as const,
        ]),
    ...(drained
      ? drainedRows(traffic)
      : [
          [
            '  without drains',
            `${count(traffic.failedUnexplained)} failed besides those of the kill`,
          ] as const,
        ]),
  ];
}

function drainedRows(traffic: TrafficReport): Row[] {
  const { underWay, idleToCompletionP95, lastRequestToCompletionP95, instanceHoursSaved } = traffic;
  const seconds = (value: number | undefined) => (value === undefined ? 'none' : `${value.toFixed(1)} s`);
  return [
    ['  under way at a leave', `${count(underWay)}, all of them waited for (--no-drain shows it without)`],
    [
      'idle to completion',
      `95 % within ${seconds(idleToCompletionP95)}; since the last request's end ${seconds(lastRequestToCompletionP95)}`,
    ],
    ['saved by drains', `${instanceHoursSaved.toFixed(1)} instance-hours against a fixed delay of 300 s`],
  ];
}

function talliesIn(tallies: Readonly<Record<string, Tally>>): string {
  return Object.entries(tallies)
    .map(
      ([name, { total, failed }]) =>
        `${name} ${count(total)}${failed === 0 ? '' : ` (${count(failed)} failed)`}`,
    )
    .join(', ');
}

function forecastRow({ forecast: { minutes, meanError } }: Report): Row[] {
  if (meanError === null) return [];
  return [['forecast', `off by ${(100 * meanError).toFixed(1)} % in the mean of ${count(minutes)} minutes`]];
}

/** What is wrong with the wiring, each by its name. */
function findingsOf({ denied, refusedDeliveries, refusedWires, unmatchedRules }: Report): Row[] {
  return [
    ...denied.map((request): Row => ['denied', denialInWords(request)]),
    ...refusedDeliveries.map((delivery): Row => ['delivery refused', deliveryInWords(delivery)]),
    ...refusedWires.map((wire): Row => ['would be refused', wireInWords(wire)]),
    ...unmatchedRules
      .filter(({ nearest }) => nearest !== undefined)
      .map((rule): Row => ['rule matched nothing', inWords(rule)]),
  ];
}

function drainsRow({ drains }: Report): string {
  const ended = drains
    .flatMap(({ seconds }) => (seconds === undefined ? [] : [seconds]))
    .sort((a, b) => a - b);
  const median = ended[Math.floor(ended.length / 2)];
  const under = median === undefined ? '' : `, half of them within ${Math.round(median)} s`;
  return `${count(drains.length)}${under}`;
}

function callsRow({ awsCalls }: Report): string {
  const total = Object.values(awsCalls).reduce((sum, calls) => sum + calls, 0);
  const [first] = Object.entries(awsCalls);
  return first === undefined ? '0' : `${count(total)}, most of all ${first[0]} ${count(first[1])}`;
}

function verdictRow({ id, ok, checked, detail }: Report['invariants'][number]): Row {
  return [
    id,
    `${ok ? 'held' : 'BROKEN'}, ${count(checked)} check${checked === 1 ? '' : 's'}${detail === undefined ? '' : `: ${detail}`}`,
  ];
}

const outs = (decisions: Report['decisions']) =>
  decisions.filter(({ action }) => action === 'scale-out').length;

const told = ({ notifications }: Report, channel: string) =>
  notifications.filter((notification) => notification.channel === channel).length;

const count = (value: number) => Math.round(value).toLocaleString('en-US');
