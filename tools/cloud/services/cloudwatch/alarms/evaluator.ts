import type { Cancel, Clock } from '../../../kernel/index.ts';
import type { Grid, MetricReader } from '../metric-reader.ts';
import type { AlarmActions } from './actions.ts';
import type { MetricAlarm } from './alarm.ts';
import type { Alarms } from './alarms.ts';
import { COMPARISONS } from './comparison.ts';
import { evaluateDatapoints, EXTRA_PERIODS } from './evaluation.ts';
import { explained } from './reasons.ts';

const MINUTE = 60_000;
const TEN_SECONDS = 10_000;

/**
 * Evaluates alarms on the clock: every minute, those with periods below a minute every ten seconds, over periods
 * that end with the newest datapoint to be seen (CloudWatch User Guide, "Evaluating an alarm").
 */
export class AlarmEvaluator {
  readonly #clock: Clock;
  readonly #alarms: Alarms;
  readonly #actions: AlarmActions;
  readonly #reader: MetricReader;
  readonly #timers = new Map<number, Cancel>();

  constructor(clock: Clock, on: { alarms: Alarms; actions: AlarmActions; reader: MetricReader }) {
    this.#clock = clock;
    this.#alarms = on.alarms;
    this.#actions = on.actions;
    this.#reader = on.reader;
  }

  /** Evaluates from now on at an alarm's pace; while no alarm has it, nothing ticks. */
  watch(alarm: MetricAlarm): void {
    const step = stepOf(alarm);
    if (this.#timers.has(step)) return;
    this.#timers.set(
      step,
      this.#clock.every(step, () => this.#tick(step)),
    );
  }

  #tick(step: number): void {
    let count = 0;
    for (const alarm of this.#alarms.all()) {
      if (alarm.kind !== 'metric' || stepOf(alarm) !== step) continue;
      count++;
      this.#evaluate(alarm, step);
    }
    if (count > 0) return;
    this.#timers.get(step)?.();
    this.#timers.delete(step);
  }

  #evaluate(alarm: MetricAlarm, step: number): void {
    const { settings, state } = alarm;
    const { period, threshold } = settings;
    const length = settings.evaluationPeriods + EXTRA_PERIODS;
    const grid: Grid = { start: this.#reader.horizon(step) - length * period, period, length };
    const values = settings.queries.read(settings.watched, grid, this.#reader)[0]?.values ?? [];
    const newest = values.findLast((value) => !Number.isNaN(value));
    if (newest !== undefined) alarm.lastValue = newest;
    const { breaches } = COMPARISONS[settings.comparison];
    const next = evaluateDatapoints(values, { ...settings, breaches: (value) => breaches(value, threshold) });
    if (next !== undefined && next !== state.value) {
      const datapoints = values.map((value, index) => ({ value, at: grid.start + index * period }));
      this.#alarms.change(alarm, explained(alarm, next, datapoints, this.#clock.now()));
      return;
    }
    const isMinute = this.#clock.now() % MINUTE === 0;
    if (isMinute && state.value !== 'INSUFFICIENT_DATA') this.#actions.repeat(alarm);
  }
}

function stepOf({ settings }: MetricAlarm): number {
  return settings.period < MINUTE ? TEN_SECONDS : MINUTE;
}
