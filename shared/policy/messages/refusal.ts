import type { Instant, Story } from '../../domain/index.ts';
import { isoTime } from '../../domain/index.ts';
import { lookAt } from './look.ts';

const MENDS: Readonly<Record<string, string>> = {
  slack:
    'Make a new incoming webhook in Slack and store it in the parameter that notify.slack.webhook names.',
  email: 'Mend the notification topic or its key: deploying again restores both.',
};

const PREFIX = 'refusal/';

/**
 * What people are told when a channel takes no stories any more, once an hour however many it refuses. Refusing
 * this is not told again.
 */
export function refusalStory(story: Story, channel: string, reason: string, at: Instant): Story | undefined {
  if (story.id.startsWith(PREFIX)) return undefined;
  const hour = isoTime(at).slice(0, 13);
  return {
    id: `${PREFIX}${channel}/${hour}`,
    at,
    severity: 'error',
    title: `Evenkeel cannot reach people by ${channel}`,
    text: `The channel refuses for good what it is given, so that nobody there is told. ${reason}.`,
    toDo: MENDS[channel] ?? 'Mend the channel: until then nobody there is told of anything.',
    look: lookAt.log('notify'),
    facts: [{ name: 'Not told', value: story.title }],
  };
}
