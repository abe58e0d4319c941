import { AwsError } from '../../kernel/index.ts';

/** What a receipt handle says in base64: the message's id and the receipt's. */
const HANDLE = /^([\da-f-]{36}) [\da-f-]{36}$/;

export function newReceiptHandle(messageId: string, receiptId: string): string {
  return Buffer.from(`${messageId} ${receiptId}`).toString('base64');
}

/** The id of the message that was received. @throws AwsError ReceiptHandleIsInvalid for what was never a handle */
export function messageIdOf(receiptHandle: string): string {
  const [, id] = HANDLE.exec(Buffer.from(receiptHandle, 'base64').toString()) ?? [];
  if (id !== undefined) return id;
  throw new AwsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
  );
}
