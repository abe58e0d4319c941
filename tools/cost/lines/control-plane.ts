import { resourcesNamedIn } from '../../templates/intrinsics.ts';
import { listAt, numberAt, resourcesOf, textAt, valueAt } from '../../templates/template.ts';
import type { Metering } from '../estimate.ts';
import type { Levels } from '../levels.ts';
import { always, each, times } from '../levels.ts';
import { TICKS } from './storage.ts';

/** Seconds that an invocation usually takes. */
const SECONDS = 1;
/** Steps and waits of one durable execution. */
const OPERATIONS = 30;
/** Lambda asks a queue by five pollers, each three times a minute when there is nothing. */
const POLLS = 5 * 3 * 60 * 730;
/** Emails of a month, usually. */
const EMAILS = 0.1;

/**
 * Metrics that all functions count together, for a fleet of two signals: each metric of shared/domain/measure.ts in the
 * values of its dimensions that there usually are.
 */
const OWN_METRICS: Levels = { min: 15, typical: 36, max: 55 };

/** Metrics that an evaluation reads, for a fleet of two signals: of each its value, and what the whole fleet has. */
const METRICS_READ = 4;

const RECONCILE = 'ReconcileLambdaFunction';
const SCALE = 'ScaleLambdaFunction';

/** A fleet that looks ahead is evaluated at each tick, which `reconcile` starts. */
const isTicked = (id: string) => id === RECONCILE || id === SCALE;

function invocationsOf(id: string, usual: Levels): Levels {
  return isTicked(id) ? always(TICKS) : usual;
}

const lambda: Metering = ({ id, properties }, { template, usage }) => {
  const memory = numberAt(template, properties, ['MemorySize'], 128);
  const architecture = listAt(template, properties, 'Architectures')[0] ?? 'x86_64';
  const invocations = invocationsOf(id, usage.invocations);
  const isDurable = valueAt(template, properties, 'DurableConfig') !== undefined;
  const isTraced = textAt(template, properties, ['TracingConfig', 'Mode'], 'PassThrough') === 'Active';
  if (memory === undefined || architecture !== 'arm64') {
    return [{ item: `function ${id}`, unknown: 'the table has functions on arm64 with a known memory only' }];
  }
  const millions = times(invocations, 1e-6);
  return [
    { item: 'function requests', price: 'lambda.requests', quantity: millions },
    {
      item: 'function time',
      price: 'lambda.arm.gbs',
      quantity: times(invocations, (SECONDS * memory) / 1024),
    },
    ...(isDurable
      ? [{ item: 'durable operations', price: 'lambda.durable', quantity: times(millions, OPERATIONS) }]
      : []),
    // X-Ray samples one request a second and a twentieth of the rest: what comes each minute is traced as a whole.
    ...(isTraced ? [{ item: 'traces', price: 'xray.traces', quantity: millions }] : []),
    ...(id === RECONCILE ? [{ item: 'metrics of functions', price: 'metric', quantity: OWN_METRICS }] : []),
    ...(id === SCALE
      ? [{ item: 'metrics read', price: 'metric.read', quantity: times(invocations, METRICS_READ / 1000) }]
      : []),
  ];
};

const logGroup: Metering = ({ properties }, { template, usage }) => {
  const days = numberAt(template, properties, ['RetentionInDays'], undefined);
  return [
    { item: 'logs taken in', price: 'logs.in.gb', quantity: always(usage.logGb) },
    ...(days === undefined
      ? [{ item: 'logs kept', unknown: 'a log group without retention keeps all for ever' }]
      : [{ item: 'logs kept', price: 'logs.kept.gb', quantity: always((usage.logGb * days) / 30) }]),
  ];
};

const alarm: Metering = ({ properties }, { template }) => {
  const metrics = listAt(template, properties, 'Metrics').filter(
    (metric) => valueAt(template, metric, 'MetricStat') !== undefined,
  ).length;
  return [{ item: 'alarms', price: 'alarm', quantity: always(Math.max(1, metrics)) }];
};

const queue: Metering = ({ id }, { template, usage }) => {
  const isRead = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').some(({ properties }) =>
    resourcesNamedIn(properties.EventSourceArn, template).includes(id),
  );
  const sent = usage.invocations;
  return [
    {
      item: 'queue requests',
      price: 'sqs.requests',
      quantity: each((at) => ((isRead ? POLLS : 0) + sent[at]) / 1e6),
    },
  ];
};

const key: Metering = (_, { usage }) => [
  { item: 'encryption keys', price: 'kms.key', quantity: always(1) },
  // Buckets and tables keep their data keys for a while; queues and topics ask each few minutes.
  {
    item: 'encryption requests',
    price: 'kms.requests',
    quantity: each((at) => (TICKS + usage.invocations[at]) / 1e4),
  },
];

const schedule: Metering = ({ properties }, { template }) => {
  const expression = textAt(template, properties, ['ScheduleExpression']);
  const isMinutely = expression === 'rate(1 minute)';
  return [{ item: 'schedules', price: 'scheduler', quantity: always((isMinutely ? TICKS : 31) / 1e6) }];
};

/** A mapping is charged as requests to its queue. */
const mapping: Metering = () => [];

export const controlPlane: Readonly<Record<string, Metering>> = {
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': () => [
    { item: 'composite alarms', price: 'alarm.composite', quantity: always(1) },
  ],
  'AWS::CloudWatch::Dashboard': () => [{ item: 'dashboards', price: 'dashboard', quantity: always(1) }],
  'AWS::KMS::Key': key,
  'AWS::Lambda::EventSourceMapping': mapping,
  'AWS::Lambda::Function': lambda,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::SNS::Topic': (_, { usage }) => [
    { item: 'emails', price: 'sns.email', quantity: times(usage.invocations, EMAILS / 1e5) },
  ],
  'AWS::SQS::Queue': queue,
  'AWS::Scheduler::Schedule': schedule,
  'AWS::SecretsManager::Secret': () => [{ item: 'secrets', price: 'secret', quantity: always(1) }],
};
