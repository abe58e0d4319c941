import { Checks, type Invariant } from './invariant.ts';

type Fate = 'on its way' | 'handled' | 'dead letter' | 'failed';

/**
 * Each event that a rule of ours took ends handled by its function (acted on, or skipped with a reason), or in a
 * dead-letter queue.
 */
export function eventsAccountedFor(): Invariant {
  const fates = new Map<string, Fate>();
  return {
    see(entry) {
      if (entry.kind === 'delivery' && entry.eventId !== undefined && !isUnwanted(entry.to)) {
        // What a function could not handle is handed on by the function itself.
        const handler = entry.from.includes(':function:') ? entry.from : entry.to;
        const key = `${entry.eventId} → ${functionOf(handler)}`;
        if (entry.outcome === 'dead-letter') fates.set(key, 'dead letter');
        else if (entry.outcome === 'dropped') fates.set(key, 'failed');
        else if (!fates.has(key)) fates.set(key, 'on its way');
      }
      if (entry.kind === 'invocation' && entry.eventId !== undefined) {
        const key = `${entry.eventId} → ${entry.functionName}`;
        if (fates.has(key) && fates.get(key) !== 'dead letter') {
          const isHandled = entry.outcome === 'succeeded' || entry.outcome === 'suspended';
          fates.set(key, isHandled ? 'handled' : 'failed');
        }
      }
    },
    verdict() {
      const checks = new Checks();
      for (const [key, fate] of fates)
        checks.expect(fate === 'handled' || fate === 'dead letter', () => `${key}: ${fate}`);
      return checks.verdict('events-accounted-for');
    },
  };
}

/** `arn:aws:lambda:…:function:NAME:alias` → NAME; whatever is no function stays as it is. */
function functionOf(target: string): string {
  return /:function:([^:]+)/.exec(target)?.[1] ?? target;
}

/** An event that goes no further than its bus is one that no rule wanted. */
function isUnwanted(target: string): boolean {
  return target.includes(':event-bus/');
}
