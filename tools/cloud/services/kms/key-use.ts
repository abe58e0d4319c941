import { authorizeService } from '../../iam/resource-policy.ts';
import type { Account, Principal } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Authorize } from '../../delivery/index.ts';
import type { Key } from './keys.ts';

/** Whether a principal may encrypt and decrypt with a key, for services that do so for whoever uses their resources. */
export type MayUseKey = (reference: string, principal: Principal) => boolean;

const ACTIONS = ['kms:GenerateDataKey', 'kms:Decrypt'];

/**
 * AWS's own keys (`alias/aws/sns`) serve the account's principals, and no service: CloudWatch and EventBridge cannot
 * reach a topic that is encrypted with one (SNS Developer Guide, "Enable compatibility between event sources from
 * AWS services and encrypted topics"). Of the account's keys, the key's policy decides for services, the role's own
 * policies for roles. Nobody may use a key that does not exist.
 *
 * @param keyOf  finds a key by id, ARN or alias. @throws AwsError when there is none that can be used
 */
export function keyUse(keyOf: (reference: string) => Key, authorize: Authorize, account: Account): MayUseKey {
  return (reference, principal) => {
    if (/(^|:)alias\/aws\//.test(reference)) return principal.kind !== 'service';
    const key = existing(keyOf, reference);
    if (key === undefined) return false;
    return ACTIONS.every((action) =>
      principal.kind === 'service'
        ? authorizeService(principal, action, key.arn, key.policy, account)
        : authorize(principal, action, key.arn),
    );
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
