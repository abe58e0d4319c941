import * as z from 'zod';
import { share, span } from '../quantities.ts';
import { amount } from './disruption.ts';
import { name } from './text.ts';

const KINDS = [
  'alb-requests-per-target',
  'cpu',
  'alb-latency',
  'sqs-backlog',
  'cloudwatch',
  'expression',
] as const;
type Kind = (typeof KINDS)[number];

/** Which keys describe the metric of each kind: those it needs, and those it may have. */
const KEYS: Readonly<Record<Kind, { needs: readonly Described[]; may: readonly Described[] }>> = {
  'alb-requests-per-target': { needs: [], may: [] },
  cpu: { needs: [], may: [] },
  'alb-latency': { needs: [], may: ['statistic'] },
  'sqs-backlog': { needs: ['queue'], may: [] },
  cloudwatch: { needs: ['namespace', 'name'], may: ['dimensions', 'statistic', 'of', 'period'] },
  expression: { needs: ['expression'], may: ['metrics', 'of', 'period'] },
};
const MENDS = {
  queue: "name the queue, such as 'orders'",
  namespace: 'name the namespace, such as AWS/EC2',
  name: 'name the metric, such as NetworkIn',
  dimensions: 'write names and values, such as { AutoScalingGroupName: "{group}" }',
  statistic: 'write Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p95',
  of: 'write instance or fleet',
  period: 'write 10s, 30s, 1m or 5m',
  expression: "write metric math, such as '100 * busy / workers'",
  metrics: 'write ids with a metric each, such as { busy: { namespace: Shop, name: BusyWorkers } }',
};
type Described = keyof typeof MENDS;

const STATISTIC = /^(?:Average|Sum|Minimum|Maximum|SampleCount|p(?:\d{1,2}(?:\.\d{1,10})?|100))$/;
const PERIODS = [10, 30, 60, 300];

const text = (key: Described) => z.string({ error: MENDS[key] }).min(1, { error: MENDS[key] });
const statistic = z
  .string({ error: MENDS.statistic })
  .regex(STATISTIC, { error: MENDS.statistic })
  .optional()
  .describe('Of the values in each period; Average without, and p95 for alb-latency');
const dimensions = z
  .record(z.string(), text('dimensions'), { error: MENDS.dimensions })
  .optional()
  .describe('Of the metric; {group} and {target-group} stand for the names of the fleet’s own');
const described = {
  namespace: text('namespace').describe('Of a metric of CloudWatch'),
  name: text('name').describe('Of a metric of CloudWatch'),
  dimensions,
  statistic,
};

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html */
const metricId = z.string().regex(/^[a-z]\w*$/, {
  error: 'an id in metric math begins with a small letter, and is made of letters, digits and _',
});

const STEP_ERROR = 'write { above: 10%, add: 10% } or { below: 10%, take: 1 }';

const step = z
  .strictObject(
    {
      above: share(0, 10_000).optional().describe('Above the target by such a share of it, or more'),
      add: amount.optional().describe('Then so much is added'),
      below: share(0, 100).optional().describe('Below the target by such a share of it, or more'),
      take: amount.optional().describe('Then so much is taken in'),
    },
    { error: STEP_ERROR },
  )
  .refine(
    ({ above, add, below, take }) =>
      [above, add].every((key) => key !== undefined) !== [below, take].every((key) => key !== undefined) &&
      [above, add, below, take].filter((key) => key !== undefined).length === 2,
    { error: STEP_ERROR },
  );

const steps = z.array(step, { error: `write a list of steps: ${STEP_ERROR}` }).min(1, { error: STEP_ERROR });

const signalKeys = z.strictObject(
  {
    metric: z
      .enum(KINDS, { error: `write ${KINDS.slice(0, -1).join(', ')} or ${KINDS.at(-1)}` })
      .describe(
        'alb-requests-per-target: requests a minute that each target serves; cpu: percent; alb-latency: seconds; ' +
          'sqs-backlog: messages of a queue that each instance has; cloudwatch: any metric; expression: metric math',
      ),
    target: z
      .number({ error: 'write a number above 0' })
      .positive({ error: 'write a number above 0' })
      .optional()
      .describe('The value that each instance should have: capacity follows it in proportion'),
    useful: z
      .union([z.literal('learn'), z.number().positive()], { error: 'write a number above 0, or learn' })
      .optional()
      .describe('The most that an instance can usefully carry; learn: found in the metrics themselves'),
    steps: steps.optional().describe('Changes by the size of the breach, in place of the proportion'),
    queue: text('queue').optional().describe('The name of a queue of SQS'),
    ...described,
    namespace: described.namespace.optional(),
    name: described.name.optional(),
    expression: text('expression')
      .optional()
      .describe('Metric math over the metrics that are named beside it'),
    metrics: z
      .record(metricId, z.strictObject(described, { error: MENDS.metrics }), { error: MENDS.metrics })
      .optional()
      .describe('What an expression is made of, by the ids it uses'),
    of: z
      .enum(['instance', 'fleet'], { error: MENDS.of })
      .optional()
      .describe('Whether the metric tells of one instance in the mean (the default), or of the whole fleet'),
    period: span('10s', '5m')
      .refine((seconds) => PERIODS.includes(seconds), { error: MENDS.period })
      .optional()
      .describe('Between two values; 10s and 30s for a metric of high resolution'),
    missing: z
      .enum(['hold', 'zero', 'ignore'], { error: 'write hold, zero or ignore' })
      .optional()
      .describe(
        'What no data means. hold: the load is unknown, and capacity does not fall; zero: there is none; ' +
          'ignore: the other signals decide',
      ),
    activation: z
      .number({ error: 'write a number above 0' })
      .positive({ error: 'write a number above 0' })
      .optional()
      .describe('Below so much of the whole fleet’s load the signal asks for no instance at all'),
  },
  { error: 'write a metric and what an instance can carry, such as { metric: cpu, useful: 60 }' },
);

type SignalKeys = z.output<typeof signalKeys>;
/** What is wrong at a key of a signal. */
type Wrong = readonly [key: keyof SignalKeys | undefined, error: string];

const signal = signalKeys.superRefine((entry, context) => {
  for (const [key, message] of [...levels(entry), ...descriptions(entry), ...loads(entry)])
    context.addIssue({ code: 'custom', message, ...(key === undefined ? {} : { path: [key] }) });
});

function levels({ target, useful, steps }: SignalKeys): Wrong[] {
  if (steps !== undefined && target === undefined)
    return [['steps', 'only a signal with a target has steps']];
  return (target === undefined) === (useful === undefined)
    ? [[undefined, 'give exactly one of useful and target']]
    : [];
}

function descriptions(entry: SignalKeys): Wrong[] {
  const { needs, may } = KEYS[entry.metric];
  const missing = needs.filter((key) => entry[key] === undefined);
  const foreign = (Object.keys(MENDS) as Described[]).filter(
    (key) => entry[key] !== undefined && !needs.includes(key) && !may.includes(key),
  );
  return [
    ...missing.map((key): Wrong => [key, MENDS[key]]),
    ...foreign.map((key): Wrong => [key, foreignKey(key, entry.metric)]),
  ];
}

function foreignKey(key: Described, metric: Kind): string {
  const owners = KINDS.filter((kind) => [...KEYS[kind].needs, ...KEYS[kind].may].includes(key));
  return `take it out: it belongs to metric: ${owners.join(' or ')}, not to ${metric}`;
}

/** What cannot be a load, or cannot be seen without instances. */
function loads({ metric, useful, activation }: SignalKeys): Wrong[] {
  const wrong: Wrong[] = [];
  if (metric === 'alb-latency' && useful !== undefined)
    wrong.push([
      'useful',
      'latency is no load that instances share, and cannot be forecast: give it a target, and useful to requests or cpu',
    ]);
  if ((metric === 'alb-latency' || metric === 'cpu') && activation !== undefined)
    wrong.push([
      'activation',
      `take it out: without instances there is no ${metric}, and the fleet would never come back from zero`,
    ]);
  return wrong;
}

/** A fleet's signals by their names. */
export const signals = z
  .record(name, signal, { error: 'write names with a metric and a target each' })
  .refine((named) => Object.keys(named).length > 0, { error: 'name at least one signal' })
  .prefault({ cpu: { metric: 'cpu', target: 60 } })
  .describe('Metrics and what each instance should show. Out when any asks for it, in when all do');
