import { parseAlarmName } from '../../../shared/domain/index.ts';
import type { Resource, Template } from '../../templates/model.ts';
import { resourcesNamedIn } from '../../templates/intrinsics.ts';
import { listAt, numberAt, resourcesOf, textAt, valueAt } from '../../templates/template.ts';
import type { AlarmClocks, Figure, GroupClocks } from '../model.ts';

export function readAlarms(template: Template, groups: readonly GroupClocks[]): readonly AlarmClocks[] {
  return resourcesOf(template, 'AWS::CloudWatch::Alarm').map((alarm) => {
    const { id, properties } = alarm;
    const named = parseAlarmName(textAt(template, properties, ['AlarmName']) ?? '');
    const measured = resourcesNamedIn([properties.Dimensions, properties.Metrics], template);
    const measures = groups.find((group) => measured.includes(group.id));
    return {
      id,
      ...(named && { signal: { fleet: named.fleet, name: named.signal, side: named.side } }),
      namespace: namespaceOf(alarm, template),
      period: periodOf(alarm, template),
      evaluationPeriods: numberAt(template, properties, ['EvaluationPeriods'], undefined),
      missingData: textAt(template, properties, ['TreatMissingData'], 'missing'),
      ...(measures && { measures }),
    };
  });
}

/** Its own metric's, or that of all its metrics where they agree. */
function namespaceOf({ properties }: Resource, template: Template): string | undefined {
  const own = textAt(template, properties, ['Namespace']);
  if (own !== undefined) return own;
  const all = new Set(
    listAt(template, properties, 'Metrics').flatMap((metric) => {
      const namespace = textAt(template, metric, ['MetricStat', 'Metric', 'Namespace']);
      return namespace === undefined ? [] : [namespace];
    }),
  );
  return all.size === 1 ? [...all][0] : undefined;
}

/** Its own, or the longest of its metrics'. Undefined where one cannot be told. */
function periodOf({ properties }: Resource, template: Template): Figure {
  if (valueAt(template, properties, 'Period') !== undefined)
    return numberAt(template, properties, ['Period'], undefined);
  const metrics = listAt(template, properties, 'Metrics').filter(
    (metric) => valueAt(template, metric, 'MetricStat') !== undefined,
  );
  const periods = metrics.map((metric) => numberAt(template, metric, ['MetricStat', 'Period'], undefined));
  if (periods.length === 0 || periods.includes(undefined)) return undefined;
  return Math.max(...periods.filter((period) => period !== undefined));
}
