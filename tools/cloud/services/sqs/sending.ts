import type { Principal } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Outgoing } from './message.ts';
import type { Queue } from './queue.ts';

/** What SQS looks at before it takes a message. @throws AwsError */
export function checkOutgoing(queue: Queue, { body, attributes = {}, delay, groupId }: Outgoing): void {
  const size = Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue = '', BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.byteLength ?? 0),
    Buffer.byteLength(body),
  );
  const limit = Number(queue.attributes.MaximumMessageSize);
  if (body === '')
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (size > limit)
    throw invalidValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  if (Object.keys(attributes).length > 10)
    throw invalidValue('Number of message attributes exceeds the allowed maximum [10].');
  if (delay !== undefined && (delay < 0 || delay > 900)) {
    throw invalidValue(
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  }
  if (queue.isFifo && groupId === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  }
  if (queue.isFifo && delay !== undefined && delay > 0) {
    throw invalidValue(
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
}

/** The id that receivers see as the message's SenderId. */
export function senderIdOf(principal: Principal): string {
  switch (principal.kind) {
    case 'account':
      return 'AIDALOCALCLOUDACCOUNT';
    case 'user':
      return `AIDA${principal.userName}`;
    case 'role':
      return `AROA${principal.roleName}:${principal.session}`;
    case 'service':
      return principal.service;
    case 'anonymous':
      return 'anonymous';
  }
}

function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
