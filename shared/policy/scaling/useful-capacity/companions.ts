/** What is read beside a signal to learn from, and made minutes of. */
import type { Group, Instant, Signal } from '../../../domain/index.ts';
import { isOfFleet, isServing, kindOf, weightOf } from '../../../domain/index.ts';
import type { Sharing } from '../demand-of-fleet.ts';
import { inServiceAt } from '../demand-of-fleet.ts';
import type { TimedValue } from '../world.ts';
import type { UsefulLearner } from './learner.ts';
import type { BorneMinute } from './types.ts';

/** Names that no signal of fleets.yml can have. */
const CPU = 'learn.cpu';
const LATENCY = 'learn.latency';
const ERRORS = 'learn.errors';

/**
 * The signals that are read beside a fleet's own for it to learn by: none where it learns nothing. Latency and errors
 * are those of its load balancer.
 */
export function companionsOf(signals: readonly Signal[]): readonly Signal[] {
  if (!signals.some(isLearnt)) return [];
  const cpu: Signal = { name: CPU, metric: 'cpu', target: 100 };
  if (!signals.some((signal) => kindOf(signal).startsWith('alb-'))) return [cpu];
  return [
    cpu,
    { name: LATENCY, metric: { kind: 'alb-latency', statistic: 'Average' }, target: 1 },
    {
      name: ERRORS,
      metric: { kind: 'expression', of: 'instance', expression: SHARE_OF_ERRORS, metrics: {} },
      target: 1,
    },
  ];
}

export function isLearnt(signal: Signal): boolean {
  return 'useful' in signal && signal.useful === 'learn';
}

/** Of all of a fleet's target groups together: a failure is one wherever it happens. */
function requestsCounted(metric: string): string {
  const terms = `MetricName="${metric}" TargetGroup={target-groups}`;
  return `SUM(SEARCH('{AWS/ApplicationELB,LoadBalancer,TargetGroup} ${terms}', 'Sum', 60))`;
}

/** Where nothing fails, failures are not reported. */
const SHARE_OF_ERRORS = `100 * FILL(${requestsCounted('HTTPCode_Target_5XX_Count')}, 0) / ${requestsCounted('RequestCount')}`;

/**
 * The minutes of a signal that there is something to learn from, oldest first. A fleet's whole can be shared out only in
 * minutes of which it is known who served.
 *
 * @param samples  of the signal and its companions, by name
 * @param known    since when it is known who served
 */
export function minutesBorne(
  signal: Signal,
  samples: ReadonlyMap<string, readonly TimedValue[]>,
  { capacity, kind, known }: { readonly capacity: Sharing; readonly kind: string; readonly known: Instant },
): BorneMinute[] {
  const [cpu, latency, errors] = [CPU, LATENCY, ERRORS].map((name) => valuesByMinute(samples.get(name)));
  const loadOf = ({ at, value, total }: TimedValue) => {
    if (!isOfFleet(signal)) return value;
    const inService = inServiceAt(capacity, at);
    return at < known || inService === 0 ? undefined : (total ?? 0) / inService;
  };
  return (samples.get(signal.name) ?? []).map((sample) => ({
    at: sample.at,
    load: loadOf(sample),
    cpu: cpu?.get(sample.at),
    latency: latency?.get(sample.at),
    errors: errors?.get(sample.at),
    kind,
  }));
}

/** Shows a learner what was before the minutes that a decision sees, of which it is not known who served. */
export function learnPast(
  learner: UsefulLearner,
  signal: Signal,
  samples: ReadonlyMap<string, readonly TimedValue[]>,
  { group, until }: { readonly group: Group; readonly until: Instant },
): void {
  const past = (samples.get(signal.name) ?? []).filter(({ at }) => at < until && at > learner.newest);
  if (past.length === 0) return;
  const seen = new Map([...samples, [signal.name, past]]);
  const on = { capacity: { serving: 0 }, kind: kindOfInstances(group), known: Infinity };
  for (const minute of minutesBorne(signal, seen, on)) learner.observe(minute);
}

function valuesByMinute(samples: readonly TimedValue[] = []): ReadonlyMap<Instant, number> {
  return new Map(samples.map(({ at, value }) => [at, value]));
}

/** What most of a group's instances are: the version of their launch template, and their type. */
export function kindOfInstances({ instances }: Group): string {
  const kinds = new Map<string, number>();
  for (const instance of instances.filter(isServing)) {
    const kind = `${instance.launchTemplateVersion ?? '-'} ${instance.type ?? '-'}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + weightOf(instance));
  }
  const [most] = [...kinds].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1));
  return most?.[0] ?? '';
}
