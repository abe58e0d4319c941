import type { FleetEvent, Instant, LifecycleAction } from '../../shared/domain/index.ts';
import { skip } from '../../shared/domain/index.ts';
import type { EventKind } from '../wire.ts';
import { fromSource, parseWith } from '../wire.ts';
import type { WireAction } from './schema.ts';
import { hookNotification, lifecycleEvent } from './schema.ts';

function actionOf(wire: WireAction): LifecycleAction {
  return {
    token: wire.LifecycleActionToken,
    group: wire.AutoScalingGroupName,
    hook: wire.LifecycleHookName,
    instance: wire.EC2InstanceId,
    ...(wire.Origin !== undefined && { origin: wire.Origin }),
    ...(wire.Destination !== undefined && { destination: wire.Destination }),
  };
}

function lifecycleAction(id: string, at: Instant, wire: WireAction): FleetEvent {
  const isLaunch = wire.LifecycleTransition === 'autoscaling:EC2_INSTANCE_LAUNCHING';
  return { kind: isLaunch ? 'launching' : 'terminating', id, at, action: actionOf(wire) };
}

/** A lifecycle action by EventBridge. */
export const lifecycleActionEvent: EventKind = {
  recognises: fromSource('aws.autoscaling', [
    'EC2 Instance-launch Lifecycle Action',
    'EC2 Instance-terminate Lifecycle Action',
  ]),
  parse: parseWith(lifecycleEvent, ({ id, time, detail }) => lifecycleAction(id, time, detail)),
};

/** A lifecycle action by the hook's own topic or queue. */
export const lifecycleActionNotification: EventKind = {
  recognises: (message) => 'LifecycleTransition' in message && 'LifecycleHookName' in message,
  parse: parseWith(hookNotification, (wire) =>
    lifecycleAction(wire.RequestId ?? wire.LifecycleActionToken, wire.Time, wire),
  ),
};

/** What a new hook's topic or queue gets first, and has to be let pass. */
export const hookTest: EventKind = {
  recognises: (message) => message.Event === 'autoscaling:TEST_NOTIFICATION',
  parse: () => skip('TEST_NOTIFICATION', 'a new lifecycle hook tried its notification target'),
};
