import type { Principal } from '../kernel/index.ts';

/** An attribute of an SNS or SQS message. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What one resource of the cloud sends to another. */
export interface Parcel {
  /** As the target gets it: the JSON text of a Lambda event, the body of a message. */
  readonly body: string;
  /** Who sends it: the target's policy, or the role's own, decides whether it may. */
  readonly from: Principal;
  /** Id of the event it came from, for whoever follows an event's fate. */
  readonly eventId?: string;
  /** Subject of a message for a topic. */
  readonly subject?: string;
  readonly attributes?: MessageAttributes;
  /** Message group of a FIFO queue. */
  readonly groupId?: string;
  /** Source and detail type of what is put on an event bus. */
  readonly event?: { readonly source: string; readonly detailType: string };
}

/**
 * Takes a parcel in for the resource with that ARN.
 *
 * @throws AwsError when the resource does not exist or the sender may not
 */
export type Target = (arn: string, parcel: Parcel) => void | Promise<void>;
