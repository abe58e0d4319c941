import type { JournalEntry } from '../../cloud/kernel/index.ts';
import { nameOf } from '../../cloud/iam/grants.ts';
import type { RefusedWire } from '../../cloud/wiring/index.ts';

/** Deliveries on one way that were refused for want of a permission. */
export interface RefusedDelivery {
  readonly from: string;
  readonly to: string;
  readonly times: number;
  /** In the target's own words. */
  readonly reason: string;
}

/** Counts the deliveries that nobody was allowed to make. */
export class RefusalLog {
  readonly #byWay = new Map<string, RefusedDelivery>();

  see(entry: JournalEntry): void {
    if (entry.kind !== 'delivery' || entry.isRefused !== true) return;
    const { from, to, reason = '' } = entry;
    const key = `${from} ${to}`;
    this.#byWay.set(key, { from, to, reason, times: (this.#byWay.get(key)?.times ?? 0) + 1 });
  }

  all(): RefusedDelivery[] {
    return [...this.#byWay.values()];
  }
}

/** `rule/x → q (dead-letter queue): the policy of q does not let events.amazonaws.com do sqs:SendMessage` */
export function wireInWords({ from, to, use, sender, action, policy }: RefusedWire): string {
  const ending = policy.replace(/arn:\S+/, (arn) => shortName(arn));
  return `${shortName(from)} → ${shortName(to)} (${use}): ${ending} does not let ${sender} do ${action}`;
}

export function deliveryInWords({ from, to, times, reason }: RefusedDelivery): string {
  return `${shortName(from)} → ${shortName(to)}, ${times} times: ${reason}`;
}

interface Denied {
  readonly principal: Parameters<typeof nameOf>[0];
  readonly action: string;
  readonly resource: string;
  readonly because: string;
  readonly times: number;
}

/** `worker: sqs:SendMessage on arn:…, 3 times, because no identity-based policy allows …` */
export function denialInWords({ principal, action, resource, because, times }: Denied): string {
  return `${nameOf(principal)}: ${action} on ${resource}, ${times} times, ${because}`;
}

/** What an ARN ends with: its resource. */
function shortName(arn: string): string {
  return arn.split(':').slice(5).join(':') || arn;
}
