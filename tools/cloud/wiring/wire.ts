import type { Principal } from '../kernel/index.ts';

/** A way that a deployment has laid for messages, whether or not any has gone it. */
export interface Wire {
  /** The rule, topic, alarm, schedule or function: an ARN. */
  readonly from: string;
  readonly to: string;
  readonly use: 'target' | 'dead-letter queue' | 'destination' | 'action' | 'subscription';
  /** Who sends: the service, or the role that it acts as. */
  readonly as:
    Principal | { readonly kind: 'role to assume'; readonly roleArn: string; readonly service: string };
}

/** A wire that carries nothing: whoever sends by it is refused. */
export interface RefusedWire {
  readonly from: string;
  readonly to: string;
  readonly use: Wire['use'];
  /** Who sends: a service, or a role's name. */
  readonly sender: string;
  /** `sqs:SendMessage` */
  readonly action: string;
  /** What is to be mended: `the policy of arn:aws:sqs:…`. */
  readonly policy: string;
}
