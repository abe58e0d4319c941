import type { Kernel } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { webhookTrouble } from '../../weather/delivery/webhooks.ts';
import type { Subscription } from './subscriptions.ts';

/** Real time: SNS waits 15 seconds for an endpoint. */
const PATIENCE = 15_000;

/** One HTTP request of SNS to an endpoint. */
export interface Post {
  readonly type: 'Notification' | 'SubscriptionConfirmation';
  readonly messageId: string;
  readonly body: string;
  readonly isRaw: boolean;
}

/**
 * Posts to a subscription's endpoint with the headers of SNS Developer Guide, "HTTP/HTTPS headers".
 *
 * @throws AwsError when the endpoint does not answer, or answers with an error: a client's error is final
 */
export async function postTo(kernel: Kernel, subscription: Subscription, post: Post): Promise<void> {
  const trouble = webhookTrouble(kernel, subscription.endpoint, post.body);
  if (trouble !== undefined && trouble.takes > 0) {
    kernel.clock.letGo();
    await kernel.clock.passed(trouble.takes);
  }
  const status = trouble === undefined ? await answerTo(kernel, subscription, post) : (trouble.status ?? 0);
  kernel.journal.record({ kind: 'webhook', url: subscription.endpoint, body: post.body, status });
  if (status >= 200 && status < 300) return;
  // An endpoint that cannot be reached counts as one that fails for a while; 4xx other than 429 is for good.
  const isFinal = status >= 400 && status < 500 && status !== 429;
  throw new AwsError('EndpointFailure', `${subscription.endpoint} answered ${status}`, {
    status: isFinal ? 400 : 503,
  });
}

function answerTo({ outside }: Kernel, subscription: Subscription, post: Post): Promise<number> {
  return outside.ask({
    key: `${post.type} ${post.messageId} ${subscription.arn}`,
    ask: () => send(subscription, post),
  });
}

/** @returns the status, or 0 when there was no answer */
async function send({ endpoint, topic, arn }: Subscription, post: Post): Promise<number> {
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      body: post.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE),
      headers: {
        'content-type': 'text/plain; charset=UTF-8',
        'user-agent': 'Amazon Simple Notification Service Agent',
        'x-amz-sns-message-type': post.type,
        'x-amz-sns-message-id': post.messageId,
        'x-amz-sns-topic-arn': topic.arn,
        ...(post.type === 'Notification' && { 'x-amz-sns-subscription-arn': arn }),
        ...(post.isRaw && { 'x-amz-sns-rawdelivery': 'true' }),
      },
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
