import type {
  CloudWatch,
  PutCompositeAlarmCommandInput,
  PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import type { Kernel, Operations } from '../../../kernel/index.ts';
import { validationError } from '../../../kernel/index.ts';
import { checkActions } from '../alarms/actions.ts';
import type { Alarm, CompositeAlarm, MetricAlarm, Suppressor } from '../alarms/alarm.ts';
import type { Alarms } from '../alarms/alarms.ts';
import type { AlarmRule } from '../alarms/composite-rule.ts';
import { childrenOf, nameOf, parseRule } from '../alarms/composite-rule.ts';
import type { Composites } from '../alarms/composites.ts';
import type { AlarmEvaluator } from '../alarms/evaluator.ts';
import { remember } from '../alarms/history.ts';
import { metricSettings } from '../alarms/settings.ts';
import type { Tags } from '../tags.ts';

interface Parts {
  readonly kernel: Kernel;
  readonly alarms: Alarms;
  readonly composites: Composites;
  readonly evaluator: AlarmEvaluator;
  readonly tags: Tags;
}

/** Making and changing alarms. */
export function putAlarmOperations(parts: Parts) {
  const { kernel, alarms, composites, evaluator, tags } = parts;
  return {
    PutMetricAlarm: (input) => {
      const settings = metricSettings(input, kernel.ids.uuid());
      const common = commonSettings(kernel, alarms, input, 'metric');
      const known = alarms.find(common.name);
      const alarm: MetricAlarm = { ...common, kind: 'metric', settings };
      if (known === undefined) tags.add(alarm.arn, input.Tags ?? []);
      save(parts, alarm, known);
      evaluator.watch(alarm);
      return {};
    },
    PutCompositeAlarm: (input) => {
      const rule = parseRule(input.AlarmRule ?? '');
      const common = commonSettings(kernel, alarms, input, 'composite');
      checkChildren(alarms, common.name, rule);
      const suppressor = suppressorOf(alarms, input);
      const known = alarms.find(common.name);
      if (known?.kind === 'composite') known.cancelSuppression?.();
      const ruleText = input.AlarmRule ?? '';
      const alarm: CompositeAlarm = {
        ...common,
        kind: 'composite',
        rule,
        ruleText,
        ...(suppressor && { suppressor }),
      };
      if (known === undefined) tags.add(alarm.arn, input.Tags ?? []);
      save(parts, alarm, known);
      kernel.clock.after(0, () => {
        if (alarms.find(alarm.name) === alarm) composites.evaluate(alarm);
      });
      return {};
    },
  } satisfies Operations<CloudWatch>;
}

/** What both kinds share; an alarm that is changed keeps its state and history. */
function commonSettings(
  kernel: Kernel,
  alarms: Alarms,
  input: PutMetricAlarmCommandInput | PutCompositeAlarmCommandInput,
  kind: Alarm['kind'],
) {
  const { AlarmName: name = '', AlarmDescription: description } = input;
  const known = alarms.find(name);
  if (known !== undefined && known.kind !== kind) {
    throw validationError(`An alarm of another type exists with the name ${name}`);
  }
  const actions = [
    input.OKActions ?? [],
    input.AlarmActions ?? [],
    input.InsufficientDataActions ?? [],
  ] as const;
  checkActions(actions.flat());
  const now = kernel.clock.now();
  return {
    name,
    arn: alarms.arnOf(name),
    ...(description !== undefined && { description }),
    actionsEnabled: input.ActionsEnabled ?? true,
    okActions: actions[0],
    alarmActions: actions[1],
    insufficientDataActions: actions[2],
    configuredAt: now,
    state: known?.state ?? {
      value: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      at: now,
    },
    history: known?.history ?? [],
  } as const;
}

function save({ kernel, alarms }: Parts, alarm: Alarm, known: Alarm | undefined): void {
  alarms.add(alarm);
  const summary = `Alarm "${alarm.name}" ${known === undefined ? 'created' : 'updated'}`;
  remember(kernel, alarm, 'ConfigurationUpdate', summary, {
    type: known === undefined ? 'Create' : 'Update',
  });
}

function checkChildren(alarms: Alarms, name: string, rule: AlarmRule): void {
  const missing = childrenOf(rule).filter((child) => alarms.find(child) === undefined);
  if (missing.length > 0) {
    throw validationError(
      `Could not save the composite alarm as alarms [${missing.join(', ')}] in the alarm rule do not exist`,
    );
  }
  if (leadsTo(alarms, rule, name)) {
    throw validationError(
      `Could not save the composite alarm as the alarm rule would create a circular dependency`,
    );
  }
}

function leadsTo(alarms: Alarms, rule: AlarmRule, name: string): boolean {
  return childrenOf(rule).some((child) => {
    const alarm = alarms.find(child);
    return child === name || (alarm?.kind === 'composite' && leadsTo(alarms, alarm.rule, name));
  });
}

function suppressorOf(alarms: Alarms, input: PutCompositeAlarmCommandInput): Suppressor | undefined {
  if (input.ActionsSuppressor === undefined) return undefined;
  const alarm = nameOf(input.ActionsSuppressor);
  if (alarms.find(alarm) === undefined)
    throw validationError(`The actions suppressor ${alarm} does not exist`);
  const { ActionsSuppressorWaitPeriod: wait, ActionsSuppressorExtensionPeriod: extension } = input;
  if (wait === undefined || extension === undefined) {
    throw validationError('ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod are required');
  }
  return { alarm, waitPeriod: wait * 1000, extensionPeriod: extension * 1000 };
}
