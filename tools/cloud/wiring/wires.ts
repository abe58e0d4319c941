import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Rule, Target } from '@aws-sdk/client-eventbridge';
import type { FunctionConfiguration, FunctionEventInvokeConfig } from '@aws-sdk/client-lambda';
import type { GetScheduleCommandOutput, ScheduleSummary } from '@aws-sdk/client-scheduler';
import type { Subscription } from '@aws-sdk/client-sns';
import type { Ask } from '../directory/ask.ts';
import type { Services } from '../directory/services.ts';
import type { Principal, Service } from '../kernel/index.ts';
import { targetKind } from '../delivery/index.ts';
import type { Wire } from './wire.ts';

/** All wires of the account, as its services list them. */
export function wiresOf(services: Services, ask: Ask): Wire[] {
  return [
    ...ofRules(services, ask),
    ...ofTopics(services, ask),
    ...ofAlarms(services, ask),
    ...ofSchedules(services, ask),
    ...ofFunctions(services, ask),
  ];
}

/** Everything that an operation lists, page after page. */
export function listed<Item>(
  ask: Ask,
  service: Service,
  operation: string,
  member: string,
  input: object = {},
): Item[] {
  const items: Item[] = [];
  let token: unknown;
  do {
    const reply = ask(service, operation, { ...input, NextToken: token, Marker: token });
    items.push(...((reply?.[member] as Item[] | undefined) ?? []));
    token = reply?.['NextToken'] ?? reply?.['NextMarker'];
  } while (token !== undefined);
  return items;
}

function ofRules({ eventBridge }: Services, ask: Ask): Wire[] {
  const buses = listed<{ Name?: string }>(ask, eventBridge, 'ListEventBuses', 'EventBuses');
  return buses.flatMap(({ Name: EventBusName }) =>
    listed<Rule>(ask, eventBridge, 'ListRules', 'Rules', { EventBusName }).flatMap((rule) =>
      listed<Target>(ask, eventBridge, 'ListTargetsByRule', 'Targets', {
        Rule: rule.Name,
        EventBusName,
      }).flatMap((target) => ofTarget(rule.Arn ?? '', target)),
    ),
  );
}

function ofTarget(from: string, { Arn = '', RoleArn, DeadLetterConfig }: Target): Wire[] {
  const service = 'events.amazonaws.com';
  const own = by(service, from);
  const as = RoleArn === undefined ? own : assuming(RoleArn, service);
  return [{ from, to: Arn, use: 'target', as }, ...deadLetters(from, DeadLetterConfig?.Arn, as)];
}

function ofTopics({ sns }: Services, ask: Ask): Wire[] {
  return listed<Subscription>(ask, sns, 'ListSubscriptions', 'Subscriptions').flatMap((subscription) => {
    const { SubscriptionArn, TopicArn: from = '', Endpoint: to = '' } = subscription;
    const as = by('sns.amazonaws.com', from);
    const reply = ask(sns, 'GetSubscriptionAttributes', { SubscriptionArn });
    const { RedrivePolicy } = (reply?.['Attributes'] ?? {}) as { RedrivePolicy?: string };
    const redrive = JSON.parse(RedrivePolicy ?? '{}') as { deadLetterTargetArn?: string };
    const isWithin = targetKind(to) !== undefined;
    return [
      ...(isWithin ? [{ from, to, use: 'subscription', as } as const] : []),
      ...deadLetters(from, redrive.deadLetterTargetArn, as),
    ];
  });
}

function ofAlarms({ cloudWatch }: Services, ask: Ask): Wire[] {
  const alarms = ['MetricAlarms', 'CompositeAlarms'].flatMap((member) =>
    listed<MetricAlarm>(ask, cloudWatch, 'DescribeAlarms', member, {
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    }),
  );
  return alarms.flatMap(({ AlarmArn: from = '', ...alarm }) =>
    [alarm.AlarmActions, alarm.OKActions, alarm.InsufficientDataActions]
      .flatMap((actions) => actions ?? [])
      .flatMap((to) => {
        const kind = targetKind(to);
        if (kind !== 'sns' && kind !== 'lambda') return [];
        const service =
          kind === 'lambda' ? 'lambda.alarms.cloudwatch.amazonaws.com' : 'cloudwatch.amazonaws.com';
        return [{ from, to, use: 'action', as: by(service, from) } as const];
      }),
  );
}

function ofSchedules({ scheduler }: Services, ask: Ask): Wire[] {
  return listed<ScheduleSummary>(ask, scheduler, 'ListSchedules', 'Schedules').flatMap(
    ({ Arn: from = '', Name, GroupName }) => {
      const reply = ask(scheduler, 'GetSchedule', { Name, GroupName });
      const { Target } = (reply ?? {}) as Partial<GetScheduleCommandOutput>;
      if (Target?.Arn === undefined || Target.RoleArn === undefined) return [];
      const as = assuming(Target.RoleArn, 'scheduler.amazonaws.com');
      const target =
        targetKind(Target.Arn) === undefined ? [] : [{ from, to: Target.Arn, use: 'target', as } as const];
      return [...target, ...deadLetters(from, Target.DeadLetterConfig?.Arn, as)];
    },
  );
}

function ofFunctions({ lambda }: Services, ask: Ask): Wire[] {
  return listed<FunctionConfiguration>(ask, lambda, 'ListFunctions', 'Functions').flatMap((fn) => {
    const { FunctionArn: from = '', FunctionName, Role = '' } = fn;
    const as = {
      kind: 'role',
      roleName: Role.slice(Role.lastIndexOf('/') + 1),
      session: FunctionName ?? '',
    } as const;
    const configs = listed<FunctionEventInvokeConfig>(
      ask,
      lambda,
      'ListFunctionEventInvokeConfigs',
      'FunctionEventInvokeConfigs',
      { FunctionName },
    );
    const destinations = configs
      .flatMap(({ DestinationConfig: config }) => [
        config?.OnFailure?.Destination,
        config?.OnSuccess?.Destination,
      ])
      .flatMap((to) => (to === undefined ? [] : [{ from, to, use: 'destination', as } as const]));
    return [...destinations, ...deadLetters(from, fn.DeadLetterConfig?.TargetArn, as)];
  });
}

function deadLetters(from: string, to: string | undefined, as: Wire['as']): Wire[] {
  return to === undefined ? [] : [{ from, to, use: 'dead-letter queue', as }];
}

function by(service: string, sourceArn: string): Principal {
  return { kind: 'service', service, sourceArn };
}

function assuming(roleArn: string, service: string): Wire['as'] {
  return { kind: 'role to assume', roleArn, service };
}
