import type { Kernel } from '../../kernel/service.ts';
import type { ServiceEvent } from '../../kernel/service-events.ts';
import { matches } from '../patterns.ts';
import type { Strike } from '../weather.ts';

/** Milliseconds after which each copy of something arrives: no copy of what is lost, two of what is doubled. */
export type Arrivals = readonly number[];

const AT_ONCE: Arrivals = [0];

/** When an event that a service tells reaches the bus. */
export function eventArrivals({ weather }: Kernel, event: ServiceEvent): Arrivals {
  const strike = weather.strike(
    'event',
    () => `event ${JSON.stringify(event)}`,
    ({ source, detailType }) => matches(source, event.source) && matches(detailType, event.detailType),
  );
  return strike === undefined ? AT_ONCE : arrivalsOf(strike, event.detailType);
}

/**
 * When what a rule, a schedule, a topic or an alarm sends reaches its target for the first time.
 *
 * @param body what is sent, to tell it from others
 */
export function deliveryArrivals(
  { weather }: Kernel,
  on: { readonly sender: string; readonly target: string; readonly body: string },
): Arrivals {
  const strike = weather.strike(
    'delivery',
    () => `delivery ${on.sender} ${on.target} ${on.body}`,
    ({ sender, target }) => matches(sender, on.sender) && matches(target, on.target),
  );
  return strike === undefined ? AT_ONCE : arrivalsOf(strike, `${on.sender} → ${on.target}`);
}

function arrivalsOf(strike: Strike<'event'> | Strike<'delivery'>, what: string): Arrivals {
  const { fate, after } = strike.entry;
  strike.tell(`${what} is ${fate}`);
  switch (fate) {
    case 'lost':
      return [];
    case 'doubled':
      return [0, strike.between(after)];
    case 'late':
      return [strike.between(after)];
    case 'shuffled':
      return [strike.between({ least: 0, most: after.most })];
  }
}

/** When a message that a receiver has deleted comes back nevertheless; undefined when it is gone. */
export function returnOf(
  { weather }: Kernel,
  on: { readonly queue: string; readonly messageId: string },
): number | undefined {
  const strike = weather.strike(
    'message',
    () => `message ${on.queue} ${on.messageId}`,
    ({ queue }) => matches(queue, on.queue),
  );
  strike?.tell(`${on.messageId} of ${on.queue} is delivered again`);
  return strike?.between(strike.entry.after);
}

/** When an asynchronous invocation runs a second time; undefined when it does not. */
export function repeatOf(
  { weather }: Kernel,
  on: { readonly functionName: string; readonly requestId: string },
): number | undefined {
  const strike = weather.strike(
    'invocation',
    () => `invocation ${on.functionName} ${on.requestId}`,
    (entry) => matches(entry.function, on.functionName),
  );
  strike?.tell(`${on.requestId} of ${on.functionName} runs twice`);
  return strike?.between(strike.entry.after);
}
