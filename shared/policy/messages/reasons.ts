import type { Reason, ReasonCode } from '../../domain/index.ts';
import { isoTime } from '../../domain/index.ts';
import type { LaunchFailureCause } from '../interruption/launch-failure.ts';
import { count, figure, percent, span } from './words.ts';

type Facts = Reason['facts'];

/** A reason as the second half of a sentence: `requests is 5,880 with a target of 4,200`. */
export function reasonText({ code, facts }: Reason): string {
  return TEXTS[code](facts);
}

const TEXTS: Readonly<Record<ReasonCode, (facts: Facts) => string>> = {
  SIGNAL_ABOVE_TARGET: (facts) => `${measured(facts)}, which needs ${count(facts.need, 'instance')}`,
  SIGNAL_BELOW_TARGET: (facts) => `${measured(facts)}, which needs ${count(facts.need, 'instance')}`,
  WITHIN_TOLERANCE: (facts) => `${measured(facts)}, which is within ${percent(facts.tolerance)}`,
  NO_DATA: ({ signal }) => `${figure(signal)} has no data, and no data never takes capacity away`,
  INACTIVE: ({ signal, load, activation }) =>
    `${figure(signal)} is ${figure(load)}, and below ${figure(activation)} asks for no instance`,
  ACTIVATED: ({ signal, load }) => `${figure(signal)} is ${figure(load)}, which needs a first instance`,
  USEFUL_UNSURE: ({ minutes }) =>
    `what an instance can carry is not sure after ${count(minutes, 'minute')} of learning`,
  USEFUL_CHANGED: ({ from, to }) =>
    `the same instances have come to carry ${figure(to)} where they carried ${figure(from)}`,
  USEFUL_RELEARNT: ({ from, to, kind }) =>
    `new instances (${figure(kind)}) carry ${figure(to)} where the old ones carried ${figure(from)}`,
  STABILISING: ({ need, since }) => `${wereNeeded(need)} at ${when(since)}`,
  COOLING_DOWN: ({ until }) => `the last change cools down until ${when(until)}`,
  WARMING_UP: ({ warming, coming }) =>
    `${figure(warming)} instances warm up and ${figure(coming)} are on their way`,
  CAPACITY_MISSING: ({ missing, inService, wanted }) =>
    `${figure(missing)} of what is desired ${missing === 1 ? 'is' : 'are'} not in service, ` +
    `and of the ${figure(inService)} that are ${figure(wanted)} have to stay`,
  AT_MAX: ({ max, wanted }) => `the group's maximum is ${figure(max)} of the ${figure(wanted)} wanted`,
  AT_MIN: ({ min }) => `the group's minimum is ${figure(min)}`,
  STEP_LIMITED: ({ most, wanted }) =>
    `one change moves at most ${figure(most)} of the ${figure(wanted)} wanted`,
  ALARM_STANDS: ({ alarm }) => `the alarm ${figure(alarm)} stands`,
  REPLACEMENT: ({ instance }) => `${instance ?? 'an instance'} is replaced before AWS takes it`,
  REFRESH_IN_PROGRESS: () => 'an instance refresh is in progress',
  LAUNCHES_FAIL: launchesFail,
  ALL_PROTECTED: ({ spare, wanted }) =>
    `only ${figure(spare)} of the ${figure(wanted)} instances to take may be touched`,
  INSTANCES_WEIGH: ({ wanted, fits }) =>
    `of the ${count(wanted, 'unit')} of capacity to take, whole instances make ${figure(fits)}`,
  TAGS_UNKNOWN: () => 'which instances are marked as not to be touched cannot be read',
  PAUSED: ({ tag }) => `the group is paused by its tag ${figure(tag)}`,
  SUSPENDED: ({ process }) => `the group's process ${figure(process)} is suspended`,
  FORECAST: ({ signal, now, expected, need }) =>
    `${figure(signal)} needs ${count(now, 'instance')} now, ${figure(expected)} by forecast, and ${figure(need)} to keep within the budget of violations`,
  HEADROOM_CAPPED: ({ atMost }) => `head-room costs at most ${percent(atMost)}`,
  SCALE_IN_HELD: ({ held }) => `${wereNeeded(held)} minutes ago`,
  WITHIN_BAND: ({ need }) => `${count(need, 'instance')} would be too small a change`,
  EMPTY_BOUNDS: () => "the group's minimum and maximum are 0",
  FORECAST_ONLY: ({ wanted }) => `in mode forecast-only the ${figure(wanted)} wanted are recorded alone`,
  SMALL_CHANGE: ({ wanted, tolerance }) =>
    `a change by ${figure(wanted)} is within the tolerance of ${percent(tolerance)}`,
  RATE_LIMITED: ({ most, wanted }) => `the rate lets through ${figure(most)} of the ${figure(wanted)} wanted`,
  DIRECTION_DISABLED: ({ direction }) => `scaling ${figure(direction)} is disabled`,
  FLOOR: ({ min, until }) =>
    `${count(min, 'instance')} ${min === 1 ? 'is' : 'are'} the floor${until === undefined ? '' : ` until ${when(until)}`}`,
  FALLBACK: ({ instances, after }) =>
    `no signal has had data for ${span(after)}: ${count(instances, 'instance')} at least`,
  SET_BY_HAND: ({ capacity, at, until, wanted }) =>
    `${count(capacity, 'instance')} ${capacity === 1 ? 'was' : 'were'} set by hand at ${when(at)}, ` +
    `which is kept until ${when(until)} though the signals ask for ${figure(wanted)}`,
  DISRUPTION_BUDGET: ({ left, limit, used, until }) =>
    `the disruption budget has ${figure(left)} of ${figure(limit)} left, ${figure(used)} being used` +
    (until === undefined ? '' : `, the first of them until ${when(until)}`),
  DISRUPTION_BUDGET_OF_ZONE: ({ left, wanted }) =>
    `the disruption budget of the zones lets through ${figure(left)} of the ${figure(wanted)} wanted`,
  UNHEALTHY_SHARE: ({ unhealthy, instances }) =>
    `${figure(unhealthy)} of ${count(instances, 'instance')} are unhealthy`,
  DOWNSTREAM_BRAKE: ({ wanted, connections, atMost, perInstance, inUse }) =>
    `of the database's ${count(connections, 'connection')} ${percent(atMost)} may be in use` +
    `${inUse === undefined ? ', how many are is unknown' : ` and ${figure(inUse)} are`}: ` +
    `too few for ${count(wanted, 'instance')} with ${figure(perInstance)} each`,
  DATABASE_UNKNOWN: ({ wanted }) =>
    `how many connections the database takes, or each instance opens, is not known: ${count(wanted, 'instance')} are not held back`,
  MONEY_SHORT: ({ spent, perMonth, expected }) =>
    `${figure(spent)} of ${figure(perMonth)} for the month are spent, and at this capacity it will be ${figure(expected)}`,
  MONEY_SPENT: ({ spent, perMonth, wanted }) =>
    `the month's ${figure(perMonth)} are spent (${figure(spent)}): not the ${count(wanted, 'instance')} wanted`,
  KNOWN_EVENT: ({ expect, before, min, until }) =>
    `${figure(expect)} times the usual demand is expected until ${when(until)}: ` +
    `${count(min, 'instance')} instead of ${figure(before)}`,
  NO_STEP: (facts) => `${measured(facts)}, which reaches no step`,
  ZONE_OUTAGE: ({ zone, lost, serving }) =>
    `zone ${figure(zone)} has lost ${count(lost, 'instance')} and has ${figure(serving)} left`,
};

function measured({ signal, value, target }: Facts): string {
  return `${figure(signal)} is ${figure(value)} with a target of ${figure(target)}`;
}

function when(instant: Facts[string] | undefined): string {
  return typeof instant === 'number' ? isoTime(instant) : 'an unknown time';
}

/** What else can be done, by the cause of a launch's failure. */
const ALTERNATIVES: Readonly<Record<LaunchFailureCause, string>> = {
  capacity: 'let the group use other instance types or zones',
  quota: 'ask for a higher quota in Service Quotas',
  addresses: 'give the group a larger subnet, or another one',
  image: 'mend the image, or take its launch template back',
  throttled: 'wait, or call the API less often',
  admission: 'see why new instances do not become ready',
  other: 'mend what the message names',
};

function launchesFail({ cause, message, failures, until }: Facts): string {
  const times = typeof failures === 'number' && failures > 1 ? ` ${figure(failures)} times in a row` : '';
  const known = typeof cause === 'string' && cause in ALTERNATIVES;
  const mend = known ? `: ${ALTERNATIVES[cause as LaunchFailureCause]}` : '';
  const again = until === undefined ? '' : `; no more are asked for until ${when(until)}`;
  return `launches fail${times} (${figure(message)})${mend}${again}`;
}

/** `1 instance was needed`, `2 instances were needed`. */
function wereNeeded(fact: Parameters<typeof count>[0]): string {
  return `${count(fact, 'instance')} ${fact === 1 ? 'was' : 'were'} needed`;
}
