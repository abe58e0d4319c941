import { matches } from '../patterns.ts';
import type { Limit } from '../plan/schema.ts';

/** A token bucket: what share of a service's operations take from it, what it holds, and tokens a second. */
interface PublishedLimit extends Limit {
  /** Whether each operation has a bucket of its own, as at EC2. */
  readonly each?: boolean;
  /** Only calls with neither filters nor ids nor a page size. */
  readonly unfiltered?: boolean;
}

const limit = (
  service: string,
  operation: readonly string[],
  burst: number,
  refill: number,
  more: Pick<PublishedLimit, 'each' | 'unfiltered'> = {},
): PublishedLimit => ({ service, operation: [...operation], burst, refill, ...more });

const READS = ['Describe*', 'Get*', 'List*'];
/** EC2's describes that are dearer when they ask for everything. */
const DEAR = ['DescribeInstances', 'DescribeInstanceStatus', 'DescribeNetworkInterfaces', 'DescribeVolumes'];

/**
 * Buckets of an account in a region; the first that fits a call counts. EC2's and ELB's describes are published (EC2
 * Developer Guide and ELB User Guide, "Request throttling"), and so are CloudWatch's (CloudWatch User Guide, "Service
 * quotas"). Auto Scaling publishes that there is one bucket, and no figures: EC2's for describes stand in. The other
 * figures stand in as well, where nothing is published that would bind a control plane.
 */
const PUBLISHED: readonly PublishedLimit[] = [
  limit('ec2', DEAR, 50, 10, { each: true, unfiltered: true }),
  limit('ec2', READS, 100, 20, { each: true }),
  limit('ec2', ['RunInstances', 'StartInstances'], 5, 2, { each: true }),
  limit('ec2', ['TerminateInstances', 'StopInstances'], 100, 5, { each: true }),
  limit('ec2', ['*'], 50, 5, { each: true }),
  limit('autoscaling', ['*'], 100, 20),
  limit('elasticloadbalancing', ['RegisterTargets', 'DeregisterTargets'], 20, 4),
  limit('elasticloadbalancing', READS, 40, 10),
  limit('elasticloadbalancing', ['*'], 20, 3),
  limit('cloudwatch', ['DescribeAlarms'], 9, 9, { each: true }),
  limit('cloudwatch', ['GetMetricData'], 50, 50, { each: true }),
  limit('cloudwatch', ['GetMetricStatistics'], 400, 400, { each: true }),
  limit('cloudwatch', ['PutMetricData'], 150, 150, { each: true }),
  limit('cloudwatch', ['ListMetrics'], 25, 25, { each: true }),
  limit('cloudwatch', ['*'], 3, 3, { each: true }),
  limit('ssm', ['GetParameter*'], 40, 40),
  limit('ssm', ['*'], 20, 20, { each: true }),
  limit('lambda', ['Invoke', 'CheckpointDurableExecution', 'GetDurableExecutionState'], 1000, 1000, {
    each: true,
  }),
  limit('lambda', ['*'], 15, 15),
];

interface Bucket {
  tokens: number;
  /** Milliseconds. */
  at: number;
}

/** The token buckets that calls are served from. */
export class Limits {
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();
  #own: readonly Limit[] = [];
  #published = PUBLISHED;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Puts buckets before AWS's own, or does away with all. */
  use(limits: readonly Limit[] | 'none'): void {
    this.#own = limits === 'none' ? [] : limits;
    this.#published = limits === 'none' ? [] : PUBLISHED;
    this.#buckets.clear();
  }

  /** Takes a token. @returns false where there is none */
  take(service: string, operation: string, input: object): boolean {
    const own = this.#own.find((one) => fitsCall(one, service, operation));
    if (own !== undefined) return this.#takeFrom(`own ${this.#own.indexOf(own)}`, own);
    const index = this.#published.findIndex(
      (one) => fitsCall(one, service, operation) && (one.unfiltered !== true || isUnfiltered(input)),
    );
    const published = this.#published[index];
    if (published === undefined) return true;
    return this.#takeFrom(`${index}${published.each === true ? operation : ''}`, published);
  }

  #takeFrom(key: string, { burst, refill }: Limit): boolean {
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    this.#buckets.set(key, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * refill);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }
}

function fitsCall({ service, operation }: Limit, asked: string, operationAsked: string): boolean {
  return service === asked && matches(operation, operationAsked);
}

function isUnfiltered(input: object): boolean {
  return Object.entries(input).every(
    ([name, value]) => value === undefined || !/Filters|Ids|MaxResults|NextToken/.test(name),
  );
}
