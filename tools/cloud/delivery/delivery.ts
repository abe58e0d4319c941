import type { Principal } from '../kernel/index.ts';
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

/** What a sender needs leave for, by the kind of target. */
export const ACTIONS: Readonly<Record<TargetKind, string>> = {
  lambda: 'lambda:InvokeFunction',
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  events: 'events:PutEvents',
  logs: 'logs:PutLogEvents',
  autoscaling: 'autoscaling:ExecutePolicy',
};

/**
 * Whether policies allow a principal an action, `sqs:SendMessage`, on a resource: a role's own and the resource's, for
 * a service the resource's alone.
 *
 * @param more condition keys, in lower case, beside the global ones
 */
export type Authorize = (
  principal: Principal,
  action: string,
  resource: string,
  more?: Readonly<Record<string, readonly string[]>>,
) => boolean;

/**
 * Brings parcels to the service that owns their target. Services register when they are made, so that those that
 * send to each other need not know each other. A sender that is a role needs its own policies' leave, asked for
 * here; whether a service may send is for the target's resource policy to say.
 */
export class Delivery {
  readonly #authorize: Authorize;
  readonly #targets = new Map<TargetKind, Target>();

  constructor(authorize: Authorize = () => true) {
    this.#authorize = authorize;
  }

  register(kind: TargetKind, target: Target): void {
    this.#targets.set(kind, target);
  }

  /** @throws AwsError when the target is of no kind that is served, does not exist, or refuses the sender */
  async deliver(arn: string, parcel: Parcel): Promise<void> {
    const kind = targetKind(arn);
    const target = kind === undefined ? undefined : this.#targets.get(kind);
    if (kind === undefined || target === undefined) {
      throw new AwsError('NotImplemented', `The local cloud does not deliver to ${arn}.`, { status: 501 });
    }
    this.#checkRole(parcel.from, ACTIONS[kind], arn);
    await target(arn, parcel);
  }

  #checkRole(from: Principal, action: string, resource: string): void {
    if (from.kind !== 'role' || this.#authorize(from, action, resource)) return;
    throw new AwsError(
      'AccessDeniedException',
      `The role ${from.roleName} is not authorized to perform: ${action} on resource: ${resource}`,
      { status: 403 },
    );
  }
}
