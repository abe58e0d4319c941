import type { Kernel } from '../../../kernel/index.ts';
import { arn, AwsError } from '../../../kernel/index.ts';
import type { AlarmActions } from './actions.ts';
import type { Alarm, AlarmState } from './alarm.ts';
import { nameOf } from './composite-rule.ts';
import { remember } from './history.ts';
import { alarmTime, eventDetail } from './notices.ts';

/** The account's alarms, and what happens when one changes its state. */
export class Alarms {
  readonly #kernel: Kernel;
  readonly #actions: AlarmActions;
  readonly #byName = new Map<string, Alarm>();
  readonly #listeners: ((alarm: Alarm, previous: AlarmState) => void)[] = [];

  constructor(kernel: Kernel, actions: AlarmActions) {
    this.#kernel = kernel;
    this.#actions = actions;
  }

  /** The alarms as they are now, which nothing changes any more. */
  copy(): Alarms {
    const copy = new Alarms(this.#kernel, this.#actions);
    for (const [name, alarm] of this.#byName)
      copy.#byName.set(name, { ...alarm, history: [...alarm.history] });
    return copy;
  }

  arnOf(name: string): string {
    return arn(this.#kernel.account, 'cloudwatch', `alarm:${name}`);
  }

  /** By name or ARN. */
  find(nameOrArn: string): Alarm | undefined {
    return this.#byName.get(nameOf(nameOrArn));
  }

  /** @throws AwsError ResourceNotFound */
  get(name: string | undefined): Alarm {
    const alarm = this.find(name ?? '');
    if (alarm === undefined) throw new AwsError('ResourceNotFound', 'Alarm not found');
    return alarm;
  }

  all(): IterableIterator<Alarm> {
    return this.#byName.values();
  }

  get isEmpty(): boolean {
    return this.#byName.size === 0;
  }

  add(alarm: Alarm): void {
    this.#byName.set(alarm.name, alarm);
  }

  delete(name: string): void {
    this.#byName.delete(name);
  }

  /** Tells of every change of state, before the alarm's own actions. */
  onChange(listener: (alarm: Alarm, previous: AlarmState) => void): void {
    this.#listeners.push(listener);
  }

  /** Brings an alarm to a state; one that it has already changes nothing. */
  change(alarm: Alarm, state: AlarmState): void {
    const previous = alarm.state;
    if (state.value === previous.value) return;
    alarm.state = state;
    this.#record(alarm, previous);
    for (const listener of this.#listeners) listener(alarm, previous);
    this.#kernel.events.emit({
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      resources: [alarm.arn],
      detail: eventDetail(alarm, previous),
    });
    if (alarm.kind === 'metric' || alarm.suppressedBy === undefined) this.#actions.perform(alarm, previous);
  }

  #record(alarm: Alarm, previous: AlarmState): void {
    const { name, state } = alarm;
    this.#kernel.journal.record({
      kind: 'alarm',
      name,
      from: previous.value,
      to: state.value,
      reason: state.reason,
    });
    remember(this.#kernel, alarm, 'StateUpdate', `Alarm updated from ${previous.value} to ${state.value}`, {
      version: '1.0',
      oldState: historyState(previous),
      newState: historyState(state),
    });
  }
}

function historyState({ value, reason, reasonData, at }: AlarmState) {
  return {
    stateValue: value,
    stateReason: reason,
    ...(reasonData === undefined
      ? { stateUpdateTime: alarmTime(at) }
      : { stateReasonData: JSON.parse(reasonData) as unknown }),
  };
}
