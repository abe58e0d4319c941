import { alarmAction, alarmMessage, alarmStateChange } from './alarm-changed/index.ts';
import { reservationInterruption } from './capacity-reservation/index.ts';
import { healthScheduledChange } from './health/index.ts';
import { instanceRefreshChange } from './instance-refresh/index.ts';
import { instanceStateChange } from './instance-state/index.ts';
import { hookTest, lifecycleActionEvent, lifecycleActionNotification } from './lifecycle-action/index.ts';
import { ownEvent } from './own/index.ts';
import { rebalanceRecommendation } from './rebalance/index.ts';
import { launchUnsuccessful, terminateUnsuccessful } from './scaling-activity/index.ts';
import { spotInterruption } from './spot-interruption/index.ts';
import type { EventKind } from './wire.ts';

/** Every shape that is understood. The first that recognises a message parses it. */
export const eventKinds: readonly EventKind[] = [
  ownEvent,
  alarmStateChange,
  alarmAction,
  alarmMessage,
  hookTest,
  lifecycleActionEvent,
  lifecycleActionNotification,
  spotInterruption,
  reservationInterruption,
  rebalanceRecommendation,
  healthScheduledChange,
  instanceStateChange,
  launchUnsuccessful,
  terminateUnsuccessful,
  instanceRefreshChange,
];
