import { parsePolicy } from '../../iam/policy.ts';
import { AwsError } from '../../kernel/index.ts';

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

/** The condition keys that publishing services bring, beside the global ones. */
export function ownerKeys(service: string, accountId: string): Record<string, readonly string[]> {
  return IN_OWNERS_NAME.includes(service) ? { 'aws:sourceowner': [accountId] } : {};
}
