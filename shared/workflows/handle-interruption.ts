import type { EventOf, Fleet } from '../domain/index.ts';
import type {
  Announcements,
  Balancers,
  Clock,
  Drains,
  Groups,
  Instances,
  Lease,
  Ledger,
  Outbox,
  Starter,
} from '../ports/index.ts';
import type { WarningPorts } from './interruption-warning.ts';
import { takenBack } from './interruption-warning.ts';
import type { Outcome } from './outcome.ts';
import type { RebalancePorts } from './rebalance-recommendation.ts';
import { rebalance } from './rebalance-recommendation.ts';
import type { ScheduledChangePorts } from './scheduled-change.ts';
import { scheduledChange } from './scheduled-change.ts';
import type { StateChangePorts } from './state-change.ts';
import { stateChange } from './state-change.ts';
import type { ActivityPorts } from './unsuccessful-activity.ts';
import { launchFailure, terminateFailure } from './unsuccessful-activity.ts';

export interface InterruptionPorts
  extends WarningPorts, RebalancePorts, ScheduledChangePorts, StateChangePorts, ActivityPorts {
  readonly fleets: readonly Fleet[];
  readonly groups: Pick<Groups, 'named' | 'ofInstance' | 'terminateAndDecrement' | 'terminateAndReplace'>;
  readonly balancers: Pick<Balancers, 'targetGroupsOf' | 'deregister'>;
  readonly drains: Pick<Drains, 'isLost' | 'isTaken'>;
  readonly instances: Pick<Instances, 'tagged' | 'state'>;
  readonly announcements: Pick<Announcements, 'note'>;
  readonly ledger: Pick<Ledger, 'claim' | 'isClaimed' | 'decisions' | 'disrupt' | 'record'>;
  readonly lease: Lease;
  readonly starter: Starter;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly clock: Clock;
}

/** What AWS does to instances, or cannot do, without having been asked. */
export type Interruption = EventOf<
  | 'spot-interruption'
  | 'reservation-interruption'
  | 'rebalance-recommended'
  | 'health-scheduled-change'
  | 'instance-state-changed'
  | 'launch-unsuccessful'
  | 'terminate-unsuccessful'
>;

/** Answers an interruption of a fleet's instance, and tells it once. */
export async function handleInterruption(event: Interruption, on: InterruptionPorts): Promise<Outcome> {
  switch (event.kind) {
    case 'spot-interruption':
    case 'reservation-interruption':
      return takenBack(event, on);
    case 'rebalance-recommended':
      return rebalance(event, on);
    case 'health-scheduled-change':
      return scheduledChange(event, on);
    case 'instance-state-changed':
      return stateChange(event, on);
    case 'launch-unsuccessful':
      return launchFailure(event, on);
    case 'terminate-unsuccessful':
      return terminateFailure(event, on);
  }
}
