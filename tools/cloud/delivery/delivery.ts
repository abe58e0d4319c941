import { AwsError } from '../kernel/index.ts';
import type { Parcel, Target } from './parcel.ts';

/** Kinds of resources that rules, schedules, topics and alarms can send to. */
export type TargetKind = 'lambda' | 'sqs' | 'sns' | 'events' | 'logs' | 'autoscaling';

const KINDS: readonly (readonly [RegExp, TargetKind])[] = [
  [/^arn:aws:lambda:[\w-]+:\d{12}:function:/, 'lambda'],
  [/^arn:aws:sqs:[\w-]+:\d{12}:[\w.-]+$/, 'sqs'],
  [/^arn:aws:sns:[\w-]+:\d{12}:[\w.-]+$/, 'sns'],
  [/^arn:aws:events:[\w-]+:\d{12}:event-bus\//, 'events'],
  [/^arn:aws:logs:[\w-]+:\d{12}:log-group:/, 'logs'],
  [/^arn:aws:autoscaling:[\w-]+:\d{12}:scalingPolicy:/, 'autoscaling'],
];

/** The kind of target that an ARN names, or undefined when it is none of ours. */
export function targetKind(arn: string): TargetKind | undefined {
  return KINDS.find(([pattern]) => pattern.test(arn))?.[1];
}

/**
 * Brings parcels to the service that owns their target. Services register when they are made, so that those that
 * send to each other need not know each other.
 */
export class Delivery {
  readonly #targets = new Map<TargetKind, Target>();

  register(kind: TargetKind, target: Target): void {
    this.#targets.set(kind, target);
  }

  /** @throws AwsError when the target is of no kind that is served, does not exist, or refuses the sender */
  async deliver(arn: string, parcel: Parcel): Promise<void> {
    const kind = targetKind(arn);
    const target = kind === undefined ? undefined : this.#targets.get(kind);
    if (target === undefined) {
      throw new AwsError('NotImplemented', `The local cloud does not deliver to ${arn}.`, { status: 501 });
    }
    await target(arn, parcel);
  }
}
