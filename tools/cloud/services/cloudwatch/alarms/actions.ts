import type { Consignment, Courier, Parcel } from '../../../delivery/index.ts';
import { exponentialPause, targetKind } from '../../../delivery/index.ts';
import type { Kernel } from '../../../kernel/index.ts';
import { AwsError, validationError } from '../../../kernel/index.ts';
import type { Alarm, AlarmState } from './alarm.ts';
import { actionsOf } from './alarm.ts';
import { remember } from './history.ts';
import { lambdaEvent, topicMessage, topicSubject } from './notices.ts';

/** Does what alarms are to do when their state changes. */
export class AlarmActions {
  readonly #kernel: Kernel;
  readonly #courier: Courier;

  constructor(kernel: Kernel, courier: Courier) {
    this.#kernel = kernel;
    this.#courier = courier;
  }

  /** Performs the actions of the state that the alarm has come to. */
  perform(alarm: Alarm, previous: AlarmState): void {
    if (!alarm.actionsEnabled) return;
    for (const action of actionsOf(alarm, alarm.state.value))
      this.#send(alarm, action, this.#parcel(alarm, previous, action));
  }

  /** Scaling policies are executed again each minute while the alarm keeps its state; other actions are not. */
  repeat(alarm: Alarm): void {
    if (!alarm.actionsEnabled) return;
    for (const action of actionsOf(alarm, alarm.state.value)) {
      if (targetKind(action) === 'autoscaling')
        this.#send(alarm, action, this.#parcel(alarm, alarm.state, action));
    }
  }

  #parcel(alarm: Alarm, previous: AlarmState, action: string): Parcel {
    const { account } = this.#kernel;
    const by = (service: string) => ({ kind: 'service', service, sourceArn: alarm.arn }) as const;
    switch (targetKind(action)) {
      case 'lambda':
        return {
          from: by('lambda.alarms.cloudwatch.amazonaws.com'),
          body: lambdaEvent(alarm, previous, account),
        };
      case 'sns':
        return {
          from: by('cloudwatch.amazonaws.com'),
          subject: topicSubject(alarm, account),
          body: topicMessage(alarm, previous, account),
        };
      default:
        return { from: by('cloudwatch.amazonaws.com'), body: policyTrigger(alarm) };
    }
  }

  #send(alarm: Alarm, action: string, parcel: Parcel): void {
    const consignment: Consignment = {
      sender: alarm.arn,
      target: action,
      parcel,
      retry: {
        attempts: 3,
        maximumAge: 3_600_000,
        pause: exponentialPause(() => this.#kernel.ids.random()),
      },
    };
    this.#courier.send(consignment);
    remember(this.#kernel, alarm, 'Action', `Action ${action} was started`, {
      actionState: 'Started',
      notificationResource: action,
      stateUpdateTimestamp: alarm.state.at,
    });
  }
}

/**
 * What a scaling policy is told, in the cloud's own words: AWS has no public form of it. The metric's value and the
 * threshold are what step policies choose their step by.
 */
function policyTrigger(alarm: Alarm): string {
  const values =
    alarm.kind === 'metric' ? { metricValue: alarm.lastValue, threshold: alarm.settings.threshold } : {};
  return JSON.stringify({ alarmName: alarm.name, state: alarm.state.value, ...values });
}

/** @throws AwsError ValidationError for what can be no action; NotImplemented for what the cloud does not do */
export function checkActions(actions: readonly string[]): void {
  for (const action of actions) {
    if (!action.startsWith('arn:')) throw validationError(`Invalid arn syntax: ${action}`);
    const kind = targetKind(action);
    if (kind !== 'lambda' && kind !== 'sns' && kind !== 'autoscaling') {
      throw new AwsError('NotImplemented', `The local cloud does not perform the alarm action ${action}.`, {
        status: 501,
      });
    }
  }
}
