import type { Secrets } from '../aws/ssm-secrets.ts';
import type { Seconds, Story } from '../domain/index.ts';
import { slackMessageOf } from '../policy/messages/slack.ts';
import type { Channel, Delivery } from '../ports/index.ts';
import { reasonOf } from './reason.ts';

/**
 * Answers of a webhook that no retry mends: a malformed message, a revoked or forbidden webhook, a channel that is
 * gone. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
 */
const FINAL = new Set([400, 403, 404, 410]);

/** How long to wait where Slack does not say. */
const PAUSE: Seconds = 30;

/** The longest that a message may be put off at once: what SQS allows is twelve hours. */
const LONGEST: Seconds = 12 * 60 * 60 - 60;

/** How long Slack may take to answer, in milliseconds. */
const PATIENCE = 5_000;

/** Slack by an incoming webhook, whose URL is a secret: it is neither logged nor told. */
export function slackChannel(webhookParameter: string, secrets: Secrets): Channel {
  return {
    name: 'slack',
    deliver: async (story) => {
      try {
        const url = await secrets.read(webhookParameter);
        if (url === undefined) return refused(`there is no parameter ${webhookParameter}`);
        const problem = whyNotWebhook(url);
        return problem === undefined ? await post(url, story) : refused(`${webhookParameter} ${problem}`);
      } catch (error) {
        return { outcome: 'later', after: PAUSE, reason: unreachable(error) };
      }
    },
  };
}

async function post(url: string, story: Story): Promise<Delivery> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(slackMessageOf(story)),
    // A webhook never redirects: whoever does might pass the story on to anywhere.
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
  });
  const answer = (await response.text()).slice(0, 100);
  if (response.ok) return { outcome: 'delivered' };
  const reason = `Slack answered ${response.status} ${answer}`;
  if (FINAL.has(response.status)) return refused(reason);
  return { outcome: 'later', after: retryAfter(response.headers.get('retry-after')), reason };
}

/** `Retry-After` as Slack sends it: whole seconds. */
function retryAfter(header: string | null): Seconds {
  const seconds = Number(header ?? PAUSE);
  return Number.isFinite(seconds) ? Math.min(LONGEST, Math.max(1, Math.ceil(seconds))) : PAUSE;
}

function refused(reason: string): Delivery {
  return { outcome: 'refused', reason };
}

const LOOPBACK = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/;

/** @returns what is wrong with a webhook's URL, without the URL; the machine's own addresses need no TLS */
function whyNotWebhook(text: string): string | undefined {
  if (!URL.canParse(text)) return 'holds no URL';
  const { protocol, hostname } = new URL(text);
  if (protocol === 'https:') return undefined;
  return protocol === 'http:' && LOOPBACK.test(hostname) ? undefined : 'holds a URL that is not https';
}

/** What `fetch` throws says why only in its cause; neither names the URL's path. */
function unreachable(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return `Slack cannot be reached: ${reasonOf(cause)}`;
}
