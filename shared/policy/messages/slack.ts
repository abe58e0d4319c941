import type { Severity, Story } from '../../domain/index.ts';
import { isoTime } from '../../domain/index.ts';
import { shorten } from './shorten.ts';

type PlainText = { readonly type: 'plain_text'; readonly text: string; readonly emoji: true };
type Markdown = { readonly type: 'mrkdwn'; readonly text: string };

export type Block =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text: Markdown }
  | { readonly type: 'section'; readonly fields: readonly Markdown[] }
  | { readonly type: 'context'; readonly elements: readonly Markdown[] };

export interface SlackMessage {
  /** What notifications show, and whoever cannot show blocks. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Slack's limits: https://docs.slack.dev/reference/block-kit/blocks */
const MOST = { header: 150, section: 3000, fields: 10, field: 2000 } as const;

const SIGNS: Readonly<Record<Severity, string>> = { info: '🟢', warning: '🟠', error: '🔴' };

/**
 * A story in Slack's Block Kit. What is too long is cut from the end of each part, so that severity and title
 * always stand; facts beyond those that Slack takes are left out, the last first.
 */
export function slackMessageOf(story: Story): SlackMessage {
  const { severity, title, text, facts, at } = story;
  const headline = shorten(`${SIGNS[severity]} ${title}`, MOST.header);
  const fields = facts
    .slice(0, MOST.fields)
    .map(({ name, value }) => markdown(`*${escaped(name)}*\n`, value, MOST.field));
  return {
    text: headline,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: headline, emoji: true } },
      ...(text === '' ? [] : [{ type: 'section' as const, text: markdown('', text, MOST.section) }]),
      ...adviceOf(story),
      ...(fields.length === 0 ? [] : [{ type: 'section' as const, fields }]),
      { type: 'context', elements: [{ type: 'mrkdwn', text: `${severity} · ${isoTime(at)}` }] },
    ],
  };
}

/** What is to be done, and the command that shows more, as code to be copied. */
function adviceOf({ toDo, look }: Story): Block[] {
  const lines = [
    ...(toDo === undefined ? [] : [markdown('*To do:* ', toDo, MOST.section / 2)]),
    ...(look === undefined ? [] : [code(look)]),
  ];
  if (lines.length === 0) return [];
  return [{ type: 'section', text: { type: 'mrkdwn', text: lines.map(({ text }) => text).join('\n') } }];
}

/** A backtick would end the code. */
function code(text: string): Markdown {
  const { text: inside } = markdown('', text.replaceAll('`', "'"), MOST.section / 2 - 10);
  return { type: 'mrkdwn', text: `\`${inside}\`` };
}

/** Cut before it is escaped, so that no `&amp;` is torn apart; escaping makes a text up to five times as long. */
function markdown(before: string, text: string, most: number): Markdown {
  let cut = shorten(text, most - before.length);
  while (before.length + escaped(cut).length > most) cut = shorten(cut, Math.floor(cut.length * 0.9));
  return { type: 'mrkdwn', text: before + escaped(cut) };
}

/** Slack's three control characters: https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
