import type { Kernel } from '../../../kernel/index.ts';
import type { AlarmActions } from './actions.ts';
import type { Alarm, AlarmState, CompositeAlarm } from './alarm.ts';
import type { Alarms } from './alarms.ts';
import { childrenOf, ruleHolds } from './composite-rule.ts';
import { alarmTime } from './notices.ts';

/** Keeps composite alarms in step with the alarms they look at, and holds their actions back for suppressors. */
export class Composites {
  readonly #kernel: Kernel;
  readonly #alarms: Alarms;
  readonly #actions: AlarmActions;

  constructor(kernel: Kernel, alarms: Alarms, actions: AlarmActions) {
    this.#kernel = kernel;
    this.#alarms = alarms;
    this.#actions = actions;
    alarms.onChange((alarm) => kernel.clock.after(0, () => this.#follow(alarm)));
  }

  /** Evaluates an alarm by its rule; `because` is the alarm that led to it. */
  evaluate(composite: CompositeAlarm, because?: Alarm): void {
    const holds = ruleHolds(composite.rule, (name) => this.#alarms.find(name)?.state.value);
    const value = holds ? 'ALARM' : 'OK';
    if (value === composite.state.value) return;
    const previous = composite.state;
    this.#beginSuppression(composite, previous);
    this.#alarms.change(composite, { value, ...reasonOf(because), at: this.#kernel.clock.now() });
  }

  #follow(changed: Alarm): void {
    for (const alarm of [...this.#alarms.all()]) {
      if (alarm.kind !== 'composite') continue;
      if (childrenOf(alarm.rule).includes(changed.name)) this.evaluate(alarm, changed);
      if (alarm.suppressor?.alarm === changed.name) this.#suppressorChanged(alarm, changed);
    }
  }

  /** A change of state waits for the suppressor, which may go into ALARM a little later than the alarm itself. */
  #beginSuppression(composite: CompositeAlarm, previous: AlarmState): void {
    const { suppressor } = composite;
    this.#endSuppression(composite);
    if (suppressor === undefined || !composite.actionsEnabled) return;
    if (this.#alarms.find(suppressor.alarm)?.state.value === 'ALARM') {
      composite.suppressedBy = 'Alarm';
      return;
    }
    this.#suppressFor(composite, 'WaitPeriod', suppressor.waitPeriod, previous);
  }

  #suppressorChanged(composite: CompositeAlarm, changed: Alarm): void {
    if (composite.suppressedBy === undefined || composite.suppressor === undefined) return;
    composite.cancelSuppression?.();
    if (changed.state.value === 'ALARM') {
      composite.suppressedBy = 'Alarm';
      return;
    }
    if (composite.suppressedBy !== 'Alarm') return;
    this.#suppressFor(composite, 'ExtensionPeriod', composite.suppressor.extensionPeriod, composite.state);
  }

  #suppressFor(
    composite: CompositeAlarm,
    by: 'WaitPeriod' | 'ExtensionPeriod',
    period: number,
    previous: AlarmState,
  ): void {
    composite.suppressedBy = by;
    composite.cancelSuppression = this.#kernel.clock.after(period, () => {
      this.#endSuppression(composite);
      this.#actions.perform(composite, previous);
    });
  }

  #endSuppression(composite: CompositeAlarm): void {
    composite.cancelSuppression?.();
    delete composite.cancelSuppression;
    delete composite.suppressedBy;
  }
}

function reasonOf(because: Alarm | undefined): Pick<AlarmState, 'reason' | 'reasonData'> {
  if (because === undefined) return { reason: 'The alarm rule was evaluated when the alarm was saved' };
  const { arn, state } = because;
  const time = new Date(state.at).toUTCString().replace('GMT', 'UTC');
  return {
    reason: `${arn} transitioned to ${state.value} at ${time}`,
    reasonData: JSON.stringify({
      triggeringAlarms: [{ arn, state: { value: state.value, timestamp: alarmTime(state.at) } }],
    }),
  };
}
