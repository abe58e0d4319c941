import type { Outcome } from '../../../shared/workflows/outcome.ts';
import type { JournalEntry } from '../../cloud/kernel/index.ts';

/** A line of the story of a run. */
export interface TimelineLine {
  readonly at: number;
  readonly kind: 'alarm' | 'decision' | 'instance' | 'drain' | 'refresh' | 'told' | 'trouble' | 'scenario';
  readonly text: string;
}

/** Says in a line what an entry of the journal means to whoever is on call; undefined when it means nothing. */
export function lineOf(entry: JournalEntry): TimelineLine | undefined {
  const line = (kind: TimelineLine['kind'], text: string): TimelineLine => ({ at: entry.at, kind, text });
  switch (entry.kind) {
    case 'alarm':
      // That an alarm which has just been made is well says nothing.
      return entry.from === 'INSUFFICIENT_DATA' && entry.to === 'OK'
        ? undefined
        : line('alarm', `${entry.name} ${entry.from} → ${entry.to}`);
    case 'instance':
      return instanceLine(entry, line);
    case 'lifecycle-action':
      return lifecycleLine(entry, line);
    case 'instance-refresh':
      return line(
        'refresh',
        `${entry.status} ${entry.percent} %${entry.reason === undefined ? '' : `: ${entry.reason}`}`,
      );
    case 'email':
      return line('told', `email to ${entry.to}: ${entry.subject}`);
    case 'webhook':
      return entry.status === 200 ? undefined : line('trouble', `Slack answered ${entry.status}`);
    case 'access-denied':
      return line('trouble', `denied: ${entry.action} on ${entry.resource}`);
    case 'weather':
      return weatherLine(entry, line);
    case 'delivery':
      return isLost(entry)
        ? line(
            'trouble',
            `${entry.from} → ${entry.to}: ${entry.outcome}${entry.reason === undefined ? '' : `, ${entry.reason}`}`,
          )
        : undefined;
    case 'invocation':
      return invocationLine(entry, line);
    default:
      return undefined;
  }
}

type Line = (kind: TimelineLine['kind'], text: string) => TimelineLine;

function instanceLine(entry: JournalEntry & { kind: 'instance' }, line: Line): TimelineLine | undefined {
  if (entry.lifecycle === 'InService') return line('instance', `${entry.id} in service in ${entry.zone}`);
  if (entry.lifecycle === undefined && entry.cause !== undefined && entry.group !== undefined)
    return line('instance', `${entry.id} ${entry.state}: ${entry.cause}`);
  return undefined;
}

/** Kinds of weather that strike one thing once: what they strike is worth a line. All others begin and end. */
const HAPPENINGS = new Set([
  'death',
  'hang',
  'impaired',
  'new-image',
  'rebalance-recommendation',
  'reclaim',
  'scheduled-change',
]);

function weatherLine(entry: JournalEntry & { kind: 'weather' }, line: Line): TimelineLine | undefined {
  const isHappening = HAPPENINGS.has(entry.weather);
  if (isHappening) return entry.phase === 'strikes' ? line('scenario', entry.what ?? '') : undefined;
  return entry.phase === 'strikes' ? undefined : line('scenario', `${entry.weather} ${entry.phase}`);
}

function lifecycleLine(
  entry: JournalEntry & { kind: 'lifecycle-action' },
  line: Line,
): TimelineLine | undefined {
  const isDrain = entry.transition.endsWith('TERMINATING');
  if (entry.phase === 'started' && isDrain) return line('drain', `${entry.instance} begins to drain`);
  if (entry.phase === 'completed' && isDrain)
    return line('drain', `${entry.instance} let go, ${entry.result ?? ''}`);
  if (entry.phase === 'completed' && entry.result === 'ABANDON')
    return line('instance', `${entry.instance} abandoned: its application did not become ready`);
  if (entry.phase === 'expired' || entry.phase === 'refused')
    return line('trouble', `${entry.hook} of ${entry.instance}: ${entry.phase}`);
  return undefined;
}

function invocationLine(entry: JournalEntry & { kind: 'invocation' }, line: Line): TimelineLine | undefined {
  if (entry.outcome === 'failed' || entry.outcome === 'timed-out')
    return line('trouble', `${entry.functionName} ${entry.outcome}: ${entry.error ?? ''}`);
  const decisions = Array.isArray(entry.result) ? entry.result.flatMap(decisionIn) : [];
  return decisions.length === 0 ? undefined : line('decision', decisions.join('; '));
}

/** What the scale function says it did, when it changed something. */
function decisionIn(outcome: unknown): string[] {
  const { kind, summary, facts } = (outcome ?? {}) as Partial<Extract<Outcome, { kind: 'done' }>>;
  const isChange = kind === 'done' && (facts?.action === 'scale-out' || facts?.action === 'scale-in');
  return isChange && summary !== undefined ? [summary] : [];
}

/** `Mon 06:14:00  decision  …` */
export function printed({ at, kind, text }: TimelineLine): string {
  const date = new Date(at);
  const day = date.toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' });
  return `${day} ${date.toISOString().slice(11, 19)}  ${kind.padEnd(8)}  ${text}`;
}

/** Whether a message came to nothing. What no rule of the bus wanted was not for us. */
function isLost({ outcome, to }: JournalEntry & { kind: 'delivery' }): boolean {
  return outcome === 'dead-letter' || (outcome === 'dropped' && !to.includes(':event-bus/'));
}
