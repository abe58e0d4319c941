import { parsePolicy } from '../../iam/policy.ts';
import { authorizeService } from '../../iam/resource-policy.ts';
import type { Account, Principal } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';

type ServicePrincipal = Extract<Principal, { kind: 'service' }>;

/** Services that publish in the account owner's name, so that a topic's default policy admits them. */
const IN_OWNERS_NAME = ['cloudwatch.amazonaws.com', 'autoscaling.amazonaws.com'];

/** The policy that SNS gives a topic of its own accord: whoever acts for the account may use it. */
export function defaultPolicy(topicArn: string, accountId: string): string {
  const actions = ['Publish', 'Subscribe', 'GetTopicAttributes', 'SetTopicAttributes', 'DeleteTopic'];
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [...actions, 'AddPermission', 'RemovePermission', 'ListSubscriptionsByTopic'].map(
          (a) => `SNS:${a}`,
        ),
        Resource: topicArn,
        Condition: { StringEquals: { 'AWS:SourceOwner': accountId } },
      },
    ],
  });
}

/** @throws AwsError InvalidParameter when it is no policy of a resource */
export function checkPolicy(policy: string): void {
  try {
    parsePolicy(policy, 'resource');
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('InvalidParameter', `Invalid parameter: Policy Error: ${error.message}`);
  }
}

/** Whether a topic's policy lets a service publish on behalf of the resource it names. */
export function mayPublish(
  policy: string,
  from: ServicePrincipal,
  topicArn: string,
  account: Account,
): boolean {
  const owner = IN_OWNERS_NAME.includes(from.service) ? { 'aws:sourceowner': [account.id] } : {};
  return authorizeService(from, 'sns:Publish', topicArn, policy, account, owner);
}
