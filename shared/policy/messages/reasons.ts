import type { Reason, ReasonCode } from '../../domain/index.ts';
import { isoTime } from '../../domain/index.ts';
import { count, figure, percent, span } from './words.ts';

type Facts = Reason['facts'];

/** A reason as the second half of a sentence: `requests is 5,880 where 4,200 is wanted`. */
export function reasonText({ code, facts }: Reason): string {
  return TEXTS[code](facts);
}

const TEXTS: Readonly<Record<ReasonCode, (facts: Facts) => string>> = {
  SIGNAL_ABOVE_TARGET: (facts) => `${measured(facts)}, which needs ${count(facts.need, 'instance')}`,
  SIGNAL_BELOW_TARGET: (facts) => `${measured(facts)}, which needs ${count(facts.need, 'instance')}`,
  WITHIN_TOLERANCE: (facts) => `${measured(facts)}, which is within ${percent(facts.tolerance)}`,
  NO_DATA: ({ signal }) => `${figure(signal)} has no data, and no data never takes capacity away`,
  STABILISING: ({ need, since }) => `${count(need, 'instance')} were needed at ${when(since)}`,
  COOLING_DOWN: ({ until }) => `the last change cools down until ${when(until)}`,
  WARMING_UP: ({ warming, coming }) =>
    `${figure(warming)} instances warm up and ${figure(coming)} are on their way`,
  AT_MAX: ({ max, wanted }) => `the group's maximum is ${figure(max)} of the ${figure(wanted)} wanted`,
  AT_MIN: ({ min }) => `the group's minimum is ${figure(min)}`,
  STEP_LIMITED: ({ most, wanted }) =>
    `one change moves at most ${figure(most)} of the ${figure(wanted)} wanted`,
  ALARM_STANDS: ({ alarm }) => `the alarm ${figure(alarm)} stands`,
  REFRESH_IN_PROGRESS: () => 'an instance refresh is in progress',
  LAUNCHES_FAIL: ({ message }) => `launches fail (${figure(message)})`,
  ALL_PROTECTED: ({ spare, wanted }) =>
    `only ${figure(spare)} of the ${figure(wanted)} instances to take may be touched`,
  PAUSED: ({ tag }) => `the group is paused by its tag ${figure(tag)}`,
  SUSPENDED: ({ process }) => `the group's process ${figure(process)} is suspended`,
  FORECAST: ({ signal, now, expected, need }) =>
    `${figure(signal)} needs ${count(now, 'instance')} now and is expected to need ${figure(expected)}: ${figure(need)} keep within the budget of violations`,
  HEADROOM_CAPPED: ({ atMost }) => `head-room costs at most ${percent(atMost)}`,
  SCALE_IN_HELD: ({ held }) => `${count(held, 'instance')} were needed minutes ago`,
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
};

function measured({ signal, value, target }: Facts): string {
  return `${figure(signal)} is ${figure(value)} where ${figure(target)} is wanted`;
}

function when(instant: Facts[string] | undefined): string {
  return typeof instant === 'number' ? isoTime(instant) : 'an unknown time';
}
