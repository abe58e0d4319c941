import type { EventOf, Seconds, Story } from '../domain/index.ts';
import { skip } from '../domain/index.ts';
import type { Clock, Ledger } from '../ports/index.ts';
import { launchFailureStory, terminateFailureStory } from '../policy/interruption/activity-story.ts';
import { causeOfLaunchFailure } from '../policy/interruption/launch-failure.ts';
import type { MemberPorts, TellPorts } from './interrupted-member.ts';
import { fleetNamed, notOurs, told } from './interrupted-member.ts';
import type { Outcome } from './outcome.ts';

export interface ActivityPorts extends MemberPorts, TellPorts {
  readonly ledger: Pick<Ledger, 'claim'>;
  readonly clock: Clock;
}

const HOUR: Seconds = 3600;

/** Auto Scaling could not launch an instance: told once an hour for each cause. */
export async function launchFailure(
  event: EventOf<'launch-unsuccessful'>,
  on: ActivityPorts,
): Promise<Outcome> {
  const owned = await fleetNamed(event.group, on);
  if (owned === undefined) return notOurs(event.group);
  const cause = causeOfLaunchFailure(event.statusMessage);
  // Admission has told of the very instance already.
  if (cause === 'admission') return skip('ALREADY_DONE', 'a launch that was abandoned in its hook');
  const story = launchFailureStory(owned.fleet.name, event, cause, on.clock.now());
  return toldOnceAnHour(`launch-failure#${event.group}#${cause}`, event.id, story, on);
}

/** Auto Scaling could not terminate an instance: told once an hour. */
export async function terminateFailure(
  event: EventOf<'terminate-unsuccessful'>,
  on: ActivityPorts,
): Promise<Outcome> {
  const owned = await fleetNamed(event.group, on);
  if (owned === undefined) return notOurs(event.group);
  const story = terminateFailureStory(owned.fleet.name, event, on.clock.now());
  return toldOnceAnHour(`terminate-failure#${event.group}`, event.id, story, on);
}

async function toldOnceAnHour(
  subject: string,
  owner: string,
  story: Story,
  on: ActivityPorts,
): Promise<Outcome> {
  const claim = await on.ledger.claim(subject, owner, HOUR);
  return claim === 'claimed' ? told(story, on) : skip('ALREADY_DONE', `${subject} was told within the hour`);
}
