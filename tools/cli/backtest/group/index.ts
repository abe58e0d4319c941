import type { Seconds } from '../../../../shared/domain/index.ts';
import { measureTimings, NOTHING_MEASURED, timingsOf } from '../../../../shared/policy/scaling/timings.ts';
import type { FragmentFleet } from '../../../backtest/fragment.ts';
import type { Setting } from '../../../backtest/setting.ts';
import type { MinuteTrace } from '../../../backtest/trace/index.ts';
import { priceOf } from '../../../cost/prices.ts';
import { UsageError } from '../../usage-error.ts';
import { cpuByTheMinute, requestsByTheMinute, requestsPerInstance } from './history.ts';
import type { Observed } from './observe.ts';

/** What is not known of a group is taken from these. */
export interface Defaults {
  readonly boot: Seconds;
  readonly drain: Seconds;
  readonly price: number;
}

/** What its owner says, whatever is seen; `capacity` in requests a minute. */
export type Given = Partial<Pick<Setting, 'boot' | 'drain' | 'price' | 'min' | 'max' | 'capacity'>>;

/** A group's own load, and the world that it is in. */
export interface GroupLoad {
  readonly trace: MinuteTrace;
  readonly setting: Pick<Setting, 'boot' | 'drain' | 'price' | 'min' | 'max' | 'capacity'>;
  readonly metric: FragmentFleet['signal']['metric'];
  readonly fleetName: string;
  /** What was taken for what, and from where. */
  readonly assumptions: readonly string[];
}

/** Nobody boots an application in less: a launch that seems to take less says only when EC2 began it. */
const LEAST_BOOT = 60;

const CONSENT = 'evenkeel:fleet';

/**
 * What a group's history makes of a backtest.
 *
 * @throws UsageError where CloudWatch knows nothing of its load, or nobody knows what an instance can carry
 */
export function groupLoad(observed: Observed, defaults: Defaults, given: Given = {}): GroupLoad {
  const { group, history } = observed;
  const told = carried(observed, given.capacity);
  const times = [bootOf(observed, defaults, given), drainOf(observed, defaults, given)] as const;
  const price = priceFor(observed, defaults, given);
  const { min = group.min, max = group.max } = given;
  return {
    trace: told.trace,
    setting: {
      capacity: told.capacity,
      boot: times[0].value,
      drain: times[1].value,
      price: price.value,
      min,
      max,
    },
    metric: told.metric,
    fleetName: fleetNameOf(observed),
    assumptions: [
      told.assumption,
      ...(history.period > 60
        ? [`CloudWatch gives a value for each ${history.period / 60} minutes: peaks within them are not seen`]
        : []),
      ...times.map(({ assumption }) => assumption),
      price.assumption,
      `between ${min} and ${max} instances` +
        (min === group.min && max === group.max ? ', as the group has it' : ''),
    ],
  };
}

interface Carried {
  readonly trace: MinuteTrace;
  readonly capacity: number;
  readonly metric: FragmentFleet['signal']['metric'];
  readonly assumption: string;
}

function carried(observed: Observed, given: number | undefined): Carried {
  const { group, history } = observed;
  const samples = samplesOf(observed);
  if (history.requests.length > 1) {
    const capacity = given ?? requestsPerInstance(history, samples);
    if (capacity === undefined)
      throw new UsageError(
        `CloudWatch has no CPU of the group ${group.name} to tell what an instance can carry: give --capacity in requests a minute`,
      );
    const source = given === undefined ? `${figure(capacity)} of them come with 100 % of CPU` : 'as you say';
    return {
      trace: requestsByTheMinute(group.name, history),
      capacity,
      metric: 'alb-requests-per-target',
      assumption: `the load is the requests of its target groups; an instance can carry ${figure(capacity)} a minute: ${source}`,
    };
  }
  if (history.cpu.length < 2)
    throw new UsageError(
      `CloudWatch has neither requests nor CPU of the group ${group.name} in these days: look at --days and --region, or give --trace`,
    );
  if (given !== undefined)
    throw new UsageError(
      '--capacity is of requests, and the group has none: leave it out, an instance has 100 % of CPU',
    );
  return {
    trace: cpuByTheMinute(group.name, history, samples),
    capacity: 100,
    metric: 'cpu',
    assumption:
      'the load is the CPU of all instances together, since no Application Load Balancer counts requests',
  };
}

/** How often each instance tells its CPU in a period: with basic monitoring once in five minutes. */
function samplesOf({ history: { period }, isDetailed }: Observed): number {
  return period / (isDetailed ? 60 : 300);
}

interface Assumed {
  readonly value: number;
  readonly assumption: string;
}

function bootOf({ group, activities }: Observed, defaults: Defaults, given: Given): Assumed {
  if (given.boot !== undefined)
    return { value: given.boot, assumption: `a boot takes ${given.boot} s, as you say` };
  const { boot } = timingsOf(measureTimings(NOTHING_MEASURED, group, activities), group);
  if (boot !== undefined && boot >= LEAST_BOOT)
    return { value: boot, assumption: `a boot takes ${boot} s, as 95 of 100 launches on record did at most` };
  const seen =
    boot === undefined
      ? 'no launch is on record'
      : `launches are in service after ${boot} s, which is when EC2 begins them and not when they take load`;
  return {
    value: defaults.boot,
    assumption: `${seen}: ${defaults.boot} s are counted for a boot, give --boot where you know it`,
  };
}

function drainOf({ group, activities }: Observed, defaults: Defaults, given: Given): Assumed {
  if (given.drain !== undefined)
    return { value: given.drain, assumption: `a drain takes ${given.drain} s, as you say` };
  const { drain } = timingsOf(measureTimings(NOTHING_MEASURED, group, activities), group);
  return drain === undefined
    ? {
        value: defaults.drain,
        assumption: `no termination is on record: ${defaults.drain} s are counted for a drain`,
      }
    : {
        value: drain,
        assumption: `a drain takes ${drain} s, as 95 of 100 terminations on record did at most`,
      };
}

function priceFor({ instanceType, region }: Observed, defaults: Defaults, given: Given): Assumed {
  if (given.price !== undefined)
    return { value: given.price, assumption: `an instance-hour costs $${given.price}, as you say` };
  const price = instanceType === undefined ? undefined : priceOf(`ec2.${instanceType}`, region);
  if (price !== undefined)
    return {
      value: price.usd,
      assumption: `a ${instanceType} costs $${price.usd} an hour on demand in ${region}`,
    };
  const what = instanceType ?? 'an instance that is not there';
  return {
    value: defaults.price,
    assumption: `the price of ${what} in ${region} is not in the table: $${defaults.price} an hour are counted, give --price where you know it`,
  };
}

/** The name by which fleets.yml has it: its tag's, else one made of its own. */
function fleetNameOf({ group: { name, tags } }: Observed): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  return tags[CONSENT] ?? (plain.slice(0, 32) || 'web');
}

function figure(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString('en-US');
}
