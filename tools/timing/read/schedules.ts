import type { Template } from '../../templates/model.ts';
import { resourcesOf, textAt } from '../../templates/template.ts';
import type { FunctionClocks, ScheduleClocks } from '../model.ts';
import { functionIn } from './functions.ts';

/** Everything in a template that fires by the clock and is not switched off. */
export function readSchedules(
  template: Template,
  functions: ReadonlyMap<string, FunctionClocks>,
): readonly ScheduleClocks[] {
  const text = (root: unknown, ...path: string[]) => textAt(template, root, path);
  const time = (root: unknown, key: string) => instantOf(text(root, key));
  const isOn = (properties: unknown) => text(properties, 'State') !== 'DISABLED';
  const scheduler = resourcesOf(template, 'AWS::Scheduler::Schedule').filter(({ properties }) =>
    isOn(properties),
  );
  const rules = resourcesOf(template, 'AWS::Events::Rule').filter(
    ({ properties }) => isOn(properties) && properties.ScheduleExpression !== undefined,
  );
  const actions = resourcesOf(template, 'AWS::AutoScaling::ScheduledAction');
  return [
    ...scheduler.map(({ id, properties }) => ({
      id,
      dialect: 'scheduler' as const,
      expression: text(properties, 'ScheduleExpression'),
      zone: text(properties, 'ScheduleExpressionTimezone'),
      start: time(properties, 'StartDate'),
      end: time(properties, 'EndDate'),
      ...starts(properties.Target, template, functions),
    })),
    ...rules.map(({ id, properties }) => ({
      id,
      dialect: 'rule' as const,
      expression: text(properties, 'ScheduleExpression'),
      zone: undefined,
      start: undefined,
      end: undefined,
      ...starts(properties.Targets, template, functions),
    })),
    ...actions.map(({ id, properties }) => ({
      id,
      dialect: 'auto-scaling' as const,
      expression: text(properties, 'Recurrence'),
      zone: text(properties, 'TimeZone'),
      start: time(properties, 'StartTime'),
      end: time(properties, 'EndTime'),
    })),
  ];
}

function starts(
  target: unknown,
  template: Template,
  functions: ReadonlyMap<string, FunctionClocks>,
): Pick<ScheduleClocks, 'starts'> {
  const started = functionIn(target, template, functions);
  return started === undefined ? {} : { starts: started };
}

function instantOf(text: string | undefined): number | undefined {
  const instant = Date.parse(text ?? '');
  return Number.isNaN(instant) ? undefined : instant;
}
