import type { Instant, Story } from '../../domain/index.ts';
import { isoTime } from '../../domain/index.ts';

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
    facts: [{ name: 'Not told', value: story.title }],
  };
}
