import type { Kernel } from '../../kernel/service.ts';
import { matches } from '../patterns.ts';

/** What a webhook answers instead of what it would. */
export interface WebhookTrouble {
  /** Undefined when it does not answer at all. */
  readonly status: number | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** Virtual milliseconds until then. */
  readonly takes: number;
}

export function webhookTrouble(
  { weather }: Kernel,
  webhook: string,
  body: string,
): WebhookTrouble | undefined {
  const strike = weather.strike(
    'webhook',
    () => `webhook ${webhook} ${body}`,
    ({ url }) => matches(url, webhook),
  );
  if (strike === undefined) return undefined;
  const { status, retryAfter, takes } = strike.entry;
  strike.tell(status === undefined ? 'the webhook does not answer' : `the webhook answers ${status}`);
  return {
    status,
    retryAfter: retryAfter === undefined ? undefined : Math.ceil(retryAfter / 1000),
    takes: strike.between(takes),
  };
}
