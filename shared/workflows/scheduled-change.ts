import type { EventOf, FleetName } from '../domain/index.ts';
import type { Announcements, Clock, Starter } from '../ports/index.ts';
import { calledOffStory, scheduledChangeStory } from '../policy/interruption/announcement-story.ts';
import { isPaused } from '../policy/scaling/guards.ts';
import { allTried } from './all-tried.ts';
import type { Member, MemberPorts, TellPorts } from './interrupted-member.ts';
import { isReplaceable, memberOf, notOurs } from './interrupted-member.ts';
import type { MarkedPorts } from './marked.ts';
import type { Outcome } from './outcome.ts';
import { done } from './outcome.ts';

export interface ScheduledChangePorts extends MemberPorts, MarkedPorts, TellPorts {
  readonly announcements: Pick<Announcements, 'note'>;
  readonly starter: Starter;
  readonly clock: Clock;
}

/**
 * One story for each fleet that the change touches; its instances are replaced before, when the fleet lets them. What of it
 * is called off ends replacements that wait. An instance that cannot be asked for does not hold up the others.
 */
export async function scheduledChange(
  event: EventOf<'health-scheduled-change'>,
  on: ScheduledChangePorts,
): Promise<Outcome> {
  const touched = new Map<FleetName, string[]>();
  const spared = new Map<FleetName, string[]>();
  const each = (
    instances: readonly string[],
    of: Map<FleetName, string[]>,
    work: (instance: string, member: Member) => Promise<void>,
  ) =>
    instances.map((instance) => async () => {
      const member = await memberOf(instance, on);
      if (member === undefined) return;
      const { name } = member.fleet;
      of.set(name, [...(of.get(name) ?? []), instance]);
      await work(instance, member);
    });
  const tellEach = (of: typeof touched, storyOf: typeof scheduledChangeStory) => async () => {
    for (const [fleet, instances] of of)
      await on.outbox.tell(storyOf(fleet, event, instances, on.clock.now()));
  };
  await allTried([
    ...each(event.instances, touched, (instance, member) => replaceBefore(event, instance, member, on)),
    ...each(event.spared ?? [], spared, (instance) => noteChange(event, instance, true, on)),
    tellEach(touched, scheduledChangeStory),
    tellEach(spared, calledOffStory),
  ]);
  const fleets = [...new Set([...touched.keys(), ...spared.keys()])];
  return fleets.length === 0
    ? notOurs(event.eventArn)
    : done(`told of ${event.eventTypeCode}`, { fleets: fleets.join(', ') });
}

/** Whoever waits for its turn to replace the instance goes by the date that was said last. */
function noteChange(
  { eventArn, at, startsAt }: EventOf<'health-scheduled-change'>,
  instance: string,
  isOver: boolean,
  { announcements, clock }: Pick<ScheduledChangePorts, 'announcements' | 'clock'>,
): Promise<void> {
  const saidAt = at > 0 ? at : clock.now();
  const by = startsAt === undefined ? {} : { by: startsAt };
  return announcements.note(instance, { change: eventArn, saidAt, isOver, ...by });
}

/**
 * Named by what is said of the change and by the instance: an update of the announcement starts an execution that finds the
 * replacement under way, or takes up one that was given up. A group that is paused may go on before the date.
 */
async function replaceBefore(
  event: EventOf<'health-scheduled-change'>,
  instance: string,
  member: Member,
  on: ScheduledChangePorts,
): Promise<void> {
  await noteChange(event, instance, false, on);
  const { eventArn, communicationId, at, startsAt } = event;
  if (startsAt === undefined && isPaused(member.group)) return;
  if (!(await isReplaceable(member, instance, on))) return;
  const id = [eventArn, communicationId, instance].filter((part) => part !== '').join('#');
  const by = startsAt === undefined ? {} : { by: startsAt };
  await on.starter.start({ kind: 'replace-due', id, at, instance, reason: 'health', ...by });
}
