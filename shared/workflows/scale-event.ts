import type { Configuration, EventOf, Fleet, Seconds, Skip } from '../domain/index.ts';
import { parseAlarmName, skip } from '../domain/index.ts';
import type { Ledger } from '../ports/index.ts';

/** What makes a fleet's capacity be looked at: one of its alarms has changed, or the tick says so. */
export type ScaleEvent = EventOf<'alarm-changed' | 'scale-due'>;

/** How long a change of an alarm stays claimed: no copy of its event comes later. */
const CLAIM: Seconds = 24 * 60 * 60;

interface EventPorts {
  readonly stage: string;
  readonly configuration: Configuration;
  readonly ledger: Pick<Ledger, 'claim'>;
}

/** The fleet that an event is about, or why it is about none that has to be looked at. */
export function fleetOf(
  event: ScaleEvent,
  { configuration, stage }: Omit<EventPorts, 'ledger'>,
): Fleet | Skip {
  const name = event.kind === 'scale-due' ? event.fleet : fleetOfAlarm(event, stage);
  if (typeof name === 'object') return name;
  const fleet = configuration.fleets.find((candidate) => candidate.name === name);
  if (fleet === undefined) return skip('NOT_OURS', `fleets.yml names no fleet ${name}`);
  return fleet.mode === 'paused' ? skip('NOTHING_TO_DO', `fleet ${name} is paused`) : fleet;
}

function fleetOfAlarm(event: EventOf<'alarm-changed'>, stage: string): string | Skip {
  const named = parseAlarmName(event.alarm);
  if (named?.stage !== stage) return skip('NOT_OURS', `${event.alarm} is no alarm of stage ${stage}`);
  if (event.isSuppressed) return skip('SUPPRESSED', event.alarm);
  if (event.state !== 'ALARM') return skip('NOTHING_TO_DO', `${event.alarm} is ${event.state}`);
  return named.fleet;
}

/** One change of an alarm is decided once, however many copies of its event come. */
export async function claimedElsewhere(
  event: ScaleEvent,
  invocation: string,
  { ledger }: Pick<EventPorts, 'ledger'>,
): Promise<Skip | undefined> {
  if (event.kind !== 'alarm-changed') return undefined;
  const change = `alarm#${event.alarm}#${event.changedAt}`;
  const claim = await ledger.claim(change, invocation, CLAIM);
  return claim === 'claimed' ? undefined : skip('ALREADY_DONE', `${change} was taken by ${claim.owner}`);
}
