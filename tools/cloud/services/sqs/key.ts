import type { Principal } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { KeyAction, MayUseKey } from '../kms/key-use.ts';
import type { Queue } from './queue.ts';

/** What is needed of the key of an encrypted queue: SQS Developer Guide, "Key management". */
export const SENDING: readonly KeyAction[] = ['kms:GenerateDataKey', 'kms:Decrypt'];
export const RECEIVING: readonly KeyAction[] = ['kms:Decrypt'];

/** @throws AwsError KmsAccessDenied to whoever may not use the key that a queue is encrypted with */
export function checkKey(
  mayUseKey: MayUseKey,
  { arn, attributes }: Queue,
  principal: Principal,
  actions: readonly KeyAction[],
): void {
  const key = attributes['KmsMasterKeyId'];
  if (key === undefined || key === '' || mayUseKey(key, principal, arn, actions)) return;
  const message = `The caller does not have permission to use the key ${key} of queue ${arn}: ${actions.join(', ')}`;
  throw new AwsError('KmsAccessDenied', message, { status: 400 });
}
