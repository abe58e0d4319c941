import type { Cloud } from '../cloud/cloud.ts';
import { ConnectionCut } from '../cloud/weather/calls/call-weather.ts';
import type { WebhookTrouble } from '../cloud/weather/delivery/webhooks.ts';
import { webhookTrouble } from '../cloud/weather/delivery/webhooks.ts';
import type { RouteRequest } from '../cloud/wire/routes.ts';

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
  routes.add('POST', PATH, async (request) => {
    const trouble = webhookTrouble(kernel, url, request.body.toString());
    if (trouble !== undefined) return inTrouble(trouble, request);
    tokens = Math.min(BURST, tokens + ((clock.now() - refilled) / 1000) * REFILL_PER_SECOND);
    refilled = clock.now();
    const status = tokens >= 1 ? 200 : 429;
    kernel.journal.record({ kind: 'webhook', url, body: request.json(), status });
    if (status === 429) return { status, headers: { 'retry-after': '1' }, body: 'rate_limited' };
    tokens--;
    return { status, body: 'ok' };
  });
  const inTrouble = async ({ status, retryAfter, takes }: WebhookTrouble, request: RouteRequest) => {
    if (takes > 0) await request.wait(takes);
    kernel.journal.record({ kind: 'webhook', url, body: request.json(), status: status ?? 0 });
    if (status === undefined) throw new ConnectionCut('Slack does not answer.');
    return { status, headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) } };
  };
  return url;
}
