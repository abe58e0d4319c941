import type { EventOf, FleetName, Instant, ReplacementReason, Seconds, Story } from '../../domain/index.ts';
import { lookAt } from '../messages/look.ts';

const ANNOUNCED: Readonly<Record<ReplacementReason, string>> = {
  rebalance: 'EC2 had announced a higher risk of a Spot interruption.',
  health: 'AWS Health had announced maintenance on it.',
};

/** How a replacement ended: `crowded` where its group was at its maximum, and lacked instances. */
type ReplacementEnd = 'serves' | 'taken' | 'kept' | 'late' | 'crowded';

const REPLACED: Readonly<Record<ReplacementEnd, (minutes: number) => string>> = {
  serves: () => 'Another was launched first; now it finishes its work and leaves.',
  taken: () =>
    'AWS takes it before the other, which was launched first, serves: it finishes what it can of its work and leaves.',
  kept: () => 'Its owner has marked it meanwhile as not to be touched, so it goes on serving.',
  late: (minutes) =>
    `No other came into service within ${minutes} minutes, so it goes on serving for as long as it can.`,
  crowded: (minutes) =>
    `Its group is at its maximum, and has lacked instances for ${minutes} minutes, so it goes on serving for as long as it can.`,
};

const TO_DO: Readonly<Record<ReplacementEnd, string>> = {
  serves: 'Nothing.',
  taken: 'Nothing.',
  kept: 'Replace it yourself before AWS takes it, or take the mark off.',
  late: 'See why its group launches none: when AWS takes this one, capacity is short.',
  crowded:
    'Raise its maximum, or see why it lacks instances: when AWS takes this one, capacity is shorter still.',
};

/** How a replacement ended, and how long was waited for another. */
interface Replacing {
  readonly how: ReplacementEnd;
  readonly patience: Seconds;
  readonly isTriedAgain: boolean;
}

export function replacementStory(
  fleet: FleetName,
  group: string,
  { instance, reason }: EventOf<'replace-due'>,
  { how, patience, isTriedAgain }: Replacing,
  now: Instant,
): Story {
  const isReplaced = how === 'serves' || how === 'taken';
  const again = isTriedAgain ? ' It is tried again each hour, which is told once it succeeds.' : '';
  return {
    id: `${isReplaced ? 'replaced' : 'not-replaced'}#${instance}`,
    at: now,
    severity: isReplaced ? 'info' : 'warning',
    fleet,
    title: isReplaced
      ? `${instance} of ${fleet} is replaced before AWS takes it`
      : `${instance} of ${fleet} could not be replaced in advance`,
    text: `${ANNOUNCED[reason]} ${REPLACED[how](Math.round(patience / 60))}${again}`,
    toDo: TO_DO[how],
    look: isReplaced ? lookAt.drains(fleet) : lookAt.causes(fleet),
    facts: [
      { name: 'Group', value: group },
      { name: 'Instance', value: instance },
    ],
  };
}
