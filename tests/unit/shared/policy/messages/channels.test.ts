import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Story } from '../../../../../shared/domain/index.ts';
import { emailOf } from '../../../../../shared/policy/messages/email.ts';
import { refusalStory } from '../../../../../shared/policy/messages/refusal.ts';
import { slackMessageOf } from '../../../../../shared/policy/messages/slack.ts';
import { NOW } from '../../../../support/world.ts';

const story: Story = {
  id: 's1',
  at: NOW,
  severity: 'warning',
  fleet: 'web',
  title: 'web cannot launch instances',
  text: 'The zone has no capacity left.',
  facts: [
    { name: 'Group', value: 'web-group' },
    { name: 'In service', value: '4' },
  ],
};

const anyText = fc.string({ unit: 'grapheme', maxLength: 5000 });
const anyStory = fc.record({
  id: fc.constant('s'),
  at: fc.constant(NOW),
  severity: fc.constantFrom('info' as const, 'warning' as const, 'error' as const),
  title: anyText,
  text: anyText,
  toDo: anyText,
  look: anyText,
  facts: fc.array(fc.record({ name: fc.string({ maxLength: 40 }), value: anyText }), { maxLength: 15 }),
});

describe('an email', () => {
  it('reads well as plain text', () => {
    const { subject, text } = emailOf(story);
    expect(subject).toBe('[Evenkeel] WARNING: web cannot launch instances');
    expect(text).toBe(
      'web cannot launch instances\n\nThe zone has no capacity left.\n\nGroup       web-group\nIn service  4\n\n2026-03-02T07:00:00Z\n',
    );
  });

  it('has a subject that SNS takes, whatever the story', () => {
    fc.assert(
      fc.property(anyStory, (any) => {
        const { subject } = emailOf(any);
        expect(subject.length).toBeLessThan(100);
        expect(subject).toMatch(/^[\x20-\x7e]+$/);
      }),
    );
  });
});

describe('a Slack message', () => {
  it('has a headline, a text, figures and its time', () => {
    expect(slackMessageOf(story)).toEqual({
      text: '🟠 web cannot launch instances',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: '🟠 web cannot launch instances', emoji: true } },
        { type: 'section', text: { type: 'mrkdwn', text: 'The zone has no capacity left.' } },
        {
          type: 'section',
          fields: [
            { type: 'mrkdwn', text: '*Group*\nweb-group' },
            { type: 'mrkdwn', text: '*In service*\n4' },
          ],
        },
        { type: 'context', elements: [{ type: 'mrkdwn', text: 'warning · 2026-03-02T07:00:00Z' }] },
      ],
    });
  });

  it('says what to do, and shows the command that shows more as code that cannot be broken out of', () => {
    const { blocks } = slackMessageOf({ ...story, toDo: 'Mend <it>.', look: 'aws `x` & y' });
    expect(blocks[2]).toEqual({
      type: 'section',
      text: { type: 'mrkdwn', text: "*To do:* Mend &lt;it&gt;.\n`aws 'x' &amp; y`" },
    });
  });

  it('cannot be made to mention or to link', () => {
    const message = slackMessageOf({ ...story, text: '<!channel> & <http://x|y>' });
    expect(message.blocks[1]).toMatchObject({ text: { text: '&lt;!channel&gt; &amp; &lt;http://x|y&gt;' } });
  });

  it('keeps to the limits of Slack, whatever the story', () => {
    fc.assert(
      fc.property(anyStory, (any) => {
        for (const block of slackMessageOf(any).blocks) {
          if (block.type === 'header') expect(block.text.text.length).toBeLessThanOrEqual(150);
          if (block.type !== 'section') continue;
          if ('text' in block) expect(block.text.text.length).toBeLessThanOrEqual(3000);
          if (!('fields' in block)) continue;
          expect(block.fields.length).toBeLessThanOrEqual(10);
          for (const { text } of block.fields) expect(text.length).toBeLessThanOrEqual(2000);
        }
      }),
    );
  });

  it('keeps to the limits also when every character has to be escaped', () => {
    const message = slackMessageOf({ ...story, text: '&'.repeat(4000) });
    const [, section] = message.blocks;
    if (section?.type !== 'section' || !('text' in section)) throw new Error('no section');
    expect(section.text.text.length).toBeLessThanOrEqual(3000);
    expect(section.text.text).toMatch(/^(&amp;)+…$/);
  });

  it('begins with the severity however long the title is', () => {
    const { text } = slackMessageOf({ ...story, severity: 'error', title: 'x'.repeat(500) });
    expect(text).toMatch(/^🔴 x+…$/);
  });
});

describe('a refusal', () => {
  it('is told once an hour', () => {
    const first = refusalStory(story, 'slack', 'Slack answered 404 no_service', NOW);
    const second = refusalStory(
      { ...story, id: 's2' },
      'slack',
      'Slack answered 404 no_service',
      NOW + 59 * 60_000,
    );
    const later = refusalStory(story, 'slack', 'Slack answered 404 no_service', NOW + 60 * 60_000);
    expect(first?.id).toBe(second?.id);
    expect(later?.id).not.toBe(first?.id);
    expect(first?.text).toContain('404 no_service');
  });

  it('of a refusal is not told', () => {
    const refusal = refusalStory(story, 'slack', 'gone', NOW);
    expect(refusal && refusalStory(refusal, 'email', 'gone', NOW)).toBeUndefined();
  });
});
