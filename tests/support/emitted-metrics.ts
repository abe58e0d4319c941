import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { METRICS } from '../../shared/domain/index.ts';

/** A metric as an alarm or a dashboard names it. */
export interface NamedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly string[];
}

/**
 * Newer than AWS's own specification here: "Types of metrics for Lambda functions" (AsyncEventAge) and "Monitoring
 * durable functions", Lambda Developer Guide; "CloudWatch metrics for your Application Load Balancer".
 */
const DOCUMENTED: readonly string[] = [
  'AWS/Lambda AsyncEventAge',
  'AWS/Lambda DurableExecutionFailed',
  'AWS/Lambda DurableExecutionTimedOut',
  'AWS/Lambda DurableExecutionStopped',
  'AWS/ApplicationELB RequestCountPerTarget',
];

/** By what AWS tells the metrics of a namespace apart, where they are of one resource. */
const DIMENSIONS: Readonly<Record<string, readonly string[]>> = {
  'AWS/Lambda': ['FunctionName'],
  'AWS/SQS': ['QueueName'],
  'AWS/EC2': ['AutoScalingGroupName'],
  'AWS/ApplicationELB': ['TargetGroup'],
};

let specified: ReadonlySet<string> | undefined;

/** Why nothing ever puts a value into a metric; undefined for one that is emitted, by us or by AWS. */
export function whyNeverEmitted({ namespace, name, dimensions }: NamedMetric): string | undefined {
  const shown = `${namespace} ${name} by ${dimensions.join(', ')}`;
  if (namespace === 'Evenkeel') {
    const own: Readonly<Record<string, readonly string[]>> = METRICS;
    const wanted = own[name];
    if (wanted === undefined) return `${shown}: the control plane has no such metric`;
    return same(dimensions, ['service', ...wanted])
      ? undefined
      : `${shown}: it is by service, ${wanted.join()}`;
  }
  specified ??= new Set(
    [...loadAwsServiceSpecSync().all('metric')].map((one) => `${one.namespace} ${one.name}`),
  );
  const isKnown = specified.has(`${namespace} ${name}`) || DOCUMENTED.includes(`${namespace} ${name}`);
  if (!isKnown) return `${shown}: AWS has no such metric`;
  return same(dimensions, DIMENSIONS[namespace] ?? []) ? undefined : `${shown}: it has other dimensions`;
}

function same(some: readonly string[], others: readonly string[]): boolean {
  return some.toSorted().join() === others.toSorted().join();
}
