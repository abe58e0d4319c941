import type { FleetName } from './fleet.ts';
import type { LifecycleAction } from './group.ts';
import type { Instant } from './time.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

interface Dated {
  /** The event's own id, the same in every copy of it. */
  readonly id: string;
  /** When AWS says it happened. */
  readonly at: Instant;
}

interface FailedActivity extends Dated {
  readonly group: string;
  readonly instance?: string;
  readonly statusMessage: string;
}

/** Why an instance is replaced before its time: EC2's recommendation, or a change that AWS Health announces. */
export type ReplacementReason = 'rebalance' | 'health';

/** What may reach the control plane, once it has been parsed. */
export type FleetEvent =
  | (Dated & {
      readonly kind: 'alarm-changed';
      readonly alarm: string;
      readonly state: AlarmState;
      readonly previous?: AlarmState;
      /** When the state changed: with the alarm's name the identity of the change. */
      readonly changedAt: Instant;
      readonly reason: string;
      /** A suppressed composite alarm still emits: it must not be acted on. */
      readonly isSuppressed: boolean;
    })
  | (Dated & { readonly kind: 'launching'; readonly action: LifecycleAction })
  | (Dated & { readonly kind: 'terminating'; readonly action: LifecycleAction })
  | (Dated & { readonly kind: 'spot-interruption'; readonly instance: string; readonly action: string })
  | (Dated & {
      readonly kind: 'reservation-interruption';
      readonly instance: string;
      readonly action: string;
      /** When EC2 takes it, if it says so. */
      readonly takenAt?: Instant;
    })
  | (Dated & { readonly kind: 'rebalance-recommended'; readonly instance: string })
  | (Dated & {
      readonly kind: 'health-scheduled-change';
      readonly eventArn: string;
      readonly communicationId: string;
      readonly eventTypeCode: string;
      /** Which of several parts this is, where one holds too many instances for a single event. */
      readonly page?: string;
      /** Those that the change is going to touch. */
      readonly instances: readonly string[];
      /** Those that it is not going to touch any more: it was called off, or is done. */
      readonly spared?: readonly string[];
      readonly startsAt?: Instant;
    })
  | (Dated & { readonly kind: 'instance-state-changed'; readonly instance: string; readonly state: string })
  | (FailedActivity & { readonly kind: 'launch-unsuccessful' })
  | (FailedActivity & { readonly kind: 'terminate-unsuccessful' })
  | (Dated & {
      readonly kind: 'refresh-changed';
      readonly group: string;
      readonly refresh: string;
      readonly status: string;
    })
  /** EventBridge Scheduler: look for newer images. Without a fleet: of all fleets. */
  | (Dated & { readonly kind: 'refresh-due'; readonly fleet?: FleetName })
  | (Dated & { readonly kind: 'reconcile-due' })
  /** An instance has to be replaced before AWS takes it, `by` an instant if that is known. */
  | (Dated & {
      readonly kind: 'replace-due';
      readonly instance: string;
      readonly reason: ReplacementReason;
      readonly by?: Instant;
    })
  /** The one-minute re-evaluation of a fleet whose alarm stands. */
  | (Dated & { readonly kind: 'scale-due'; readonly fleet: FleetName });

export type EventOf<Kind extends FleetEvent['kind']> = Extract<FleetEvent, { kind: Kind }>;

/** Why a payload is acknowledged and not acted on. */
export type SkipReason =
  | 'TEST_NOTIFICATION'
  | 'UNKNOWN_EVENT'
  | 'INVALID_EVENT'
  | 'NOT_OURS'
  | 'ALREADY_DONE'
  | 'STALE'
  | 'SUPPRESSED'
  | 'NOTHING_TO_DO';

/** A payload that is not acted on. `INVALID_EVENT` is poison: it goes to the dead-letter queue with its detail. */
export interface Skip {
  readonly kind: 'skip';
  readonly reason: SkipReason;
  readonly detail: string;
}

export function skip(reason: SkipReason, detail: string): Skip {
  return { kind: 'skip', reason, detail };
}
