import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import type { Kernel, Operations } from '../../../kernel/index.ts';
import { AwsError } from '../../../kernel/index.ts';
import type { Alarms } from '../alarms/alarms.ts';
import type { Tags } from '../tags.ts';

/** Deleting alarms, setting their states, switching their actions. */
export function manageAlarmOperations(kernel: Kernel, alarms: Alarms, tags: Tags) {
  const switchActions = (names: readonly string[], isEnabled: boolean) => {
    for (const name of names) {
      const alarm = alarms.find(name);
      if (alarm !== undefined) alarm.actionsEnabled = isEnabled;
    }
  };
  return {
    DeleteAlarms: (input) => {
      const gone = (input.AlarmNames ?? []).map((name) => alarms.get(name));
      for (const alarm of gone) {
        if (alarm.kind === 'composite') alarm.cancelSuppression?.();
        alarms.delete(alarm.name);
        tags.forget(alarm.arn);
      }
      return {};
    },
    SetAlarmState: (input) => {
      const { StateValue: value = 'OK', StateReason: reason = '', StateReasonData: reasonData } = input;
      if (reasonData !== undefined) checkJson(reasonData);
      const alarm = alarms.get(input.AlarmName);
      const at = kernel.clock.now();
      alarms.change(alarm, { value, reason, at, ...(reasonData !== undefined && { reasonData }) });
      return {};
    },
    EnableAlarmActions: (input) => {
      switchActions(input.AlarmNames ?? [], true);
      return {};
    },
    DisableAlarmActions: (input) => {
      switchActions(input.AlarmNames ?? [], false);
      return {};
    },
    TagResource: (input) => {
      tags.add(input.ResourceARN ?? '', input.Tags ?? []);
      return {};
    },
    UntagResource: (input) => {
      tags.remove(input.ResourceARN ?? '', input.TagKeys ?? []);
      return {};
    },
    ListTagsForResource: (input) => ({ Tags: tags.list(input.ResourceARN ?? '') }),
  } satisfies Operations<CloudWatch>;
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new AwsError('InvalidFormat', 'StateReasonData must be valid JSON');
  }
}
