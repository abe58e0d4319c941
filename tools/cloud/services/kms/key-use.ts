import type { Principal } from '../../kernel/index.ts';
import { arnParts, AwsError } from '../../kernel/index.ts';
import type { Authorize } from '../../delivery/index.ts';
import type { Key } from './keys.ts';

/** What is done with a key: whoever sends needs both, whoever receives the latter. */
export type KeyAction = 'kms:GenerateDataKey' | 'kms:Decrypt';

/**
 * Whether a principal may use a key, for services that encrypt and decrypt for whoever uses their resources.
 *
 * @param reference the key's id, ARN or alias
 * @param resource  what is encrypted: the ARN of a topic, queue, function or log group
 */
export type MayUseKey = (
  reference: string,
  principal: Principal,
  resource: string,
  actions: readonly KeyAction[],
) => boolean;

/** Names of the encryption context, by the service that encrypts. */
const CONTEXT: Readonly<Record<string, string>> = {
  sns: 'aws:sns:topicarn',
  sqs: 'aws:sqs:arn',
  ssm: 'parameter_arn',
  logs: 'aws:logs:arn',
  secretsmanager: 'secretarn',
  lambda: 'aws:lambda:functionarn',
};

/**
 * AWS's own keys (`alias/aws/sns`) serve the account's principals, and no service: CloudWatch and EventBridge cannot
 * reach a topic that is encrypted with one (SNS Developer Guide, "Enable compatibility between event sources from
 * AWS services and encrypted topics"). Of the account's keys, the key's policy decides, and the principal's own where
 * that hands on to the account. Nobody may use a key that does not exist.
 *
 * @param keyOf  finds a key by id, ARN or alias. @throws AwsError when there is none that can be used
 */
export function keyUse(keyOf: (reference: string) => Key, authorize: Authorize): MayUseKey {
  return (reference, principal, resource, actions) => {
    if (/(^|:)alias\/aws\//.test(reference)) return principal.kind !== 'service';
    const key = existing(keyOf, reference);
    if (key === undefined) return false;
    const { service, region } = arnParts(resource);
    const context = {
      'kms:viaservice': [`${service}.${region}.amazonaws.com`],
      [`kms:encryptioncontext:${CONTEXT[service] ?? service}`]: [resource],
    };
    return actions.every((action) => authorize(principal, action, key.arn, context));
  };
}

function existing(keyOf: (reference: string) => Key, reference: string): Key | undefined {
  try {
    return keyOf(reference);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
