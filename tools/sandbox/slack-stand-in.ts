import type { Cloud } from '../cloud/cloud.ts';

const PATH = '/_cloud/slack/incoming-webhook';

/** Slack takes about a message a second, with short bursts (docs.slack.dev, "Rate limits"). */
const BURST = 4;
const REFILL_PER_SECOND = 1;

/**
 * Stands in for Slack's incoming webhooks: takes a message, or answers 429 with Retry-After when they come too fast.
 * Everything that arrives is in the journal.
 *
 * @returns the webhook's URL
 */
export function serveSlack({ endpoint, clock, kernel, routes }: Cloud): string {
  const url = `${endpoint}${PATH}`;
  let tokens = BURST;
  let refilled = clock.now();
  routes.add('POST', PATH, (request) => {
    tokens = Math.min(BURST, tokens + ((clock.now() - refilled) / 1000) * REFILL_PER_SECOND);
    refilled = clock.now();
    const status = tokens >= 1 ? 200 : 429;
    kernel.journal.record({ kind: 'webhook', url, body: request.json(), status });
    if (status === 429) return { status, headers: { 'retry-after': '1' }, body: 'rate_limited' };
    tokens--;
    return { status, body: 'ok' };
  });
  return url;
}
