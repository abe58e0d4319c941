export type { AssumeRole, Consignment, DeadLetterQueue, Failure, RetryPolicy } from './courier.ts';
export { Courier, deadLetterCode, exponentialPause, isRefusal, number, text } from './courier.ts';
export type { Authorize, TargetKind } from './delivery.ts';
export { ACTIONS, Delivery, targetKind } from './delivery.ts';
export { logGroupTarget } from './log-groups.ts';
export type { MessageAttribute, MessageAttributes, Parcel, Target } from './parcel.ts';
