import type { Instant } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { QueueAttributes } from './attributes.ts';
import type { Message, Outgoing } from './message.ts';
import { md5 } from './message.ts';

/** Milliseconds. */
const DEDUPLICATION_INTERVAL = 300_000;

/** What a FIFO queue tells duplicates by. @throws AwsError InvalidParameterValue when it has nothing to tell them by */
export function deduplicationIdOf({ deduplicationId, body }: Outgoing, attributes: QueueAttributes): string {
  if (deduplicationId !== undefined) return deduplicationId;
  if (attributes.ContentBasedDeduplication === 'true') return md5(body);
  throw new AwsError(
    'InvalidParameterValue',
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

/** What was sent within the deduplication interval, whatever has become of it since. */
export class Duplicates {
  /** In the order in which they are forgotten. */
  readonly #known = new Map<string, { readonly message: Message; readonly until: Instant }>();

  /** The message that this would be a duplicate of. */
  find(id: string, now: Instant): Message | undefined {
    const known = this.#known.get(id);
    return known !== undefined && known.until > now ? known.message : undefined;
  }

  remember(id: string, message: Message, now: Instant): void {
    for (const [old, { until }] of this.#known) {
      if (until > now) break;
      this.#known.delete(old);
    }
    this.#known.set(id, { message, until: now + DEDUPLICATION_INTERVAL });
  }
}
