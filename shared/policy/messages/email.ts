import type { Story } from '../../domain/index.ts';
import { isoTime } from '../../domain/index.ts';

export interface Email {
  readonly subject: string;
  readonly text: string;
}

/**
 * A subject of an SNS email has fewer than 100 characters, all ASCII, none a line break or control character.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const SUBJECT = 99;

/** An SNS message has at most 256 KiB; nobody reads that much. */
const TEXT = 16_000;

/** A story as an email in plain text: what happened, what to do, what shows more, the figures. */
export function emailOf(story: Story): Email {
  return { subject: subjectOf(story), text: textOf(story).slice(0, TEXT) };
}

function subjectOf({ severity, title }: Story): string {
  const mark = severity === 'info' ? '' : `${severity.toUpperCase()}: `;
  const plain = `[Evenkeel] ${mark}${title}`.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return plain.length <= SUBJECT ? plain : `${plain.slice(0, SUBJECT - 3)}...`;
}

function textOf({ title, text, toDo, look, facts, at }: Story): string {
  const width = Math.max(0, ...facts.map(({ name }) => name.length));
  const table = facts.map(({ name, value }) => `${name.padEnd(width)}  ${value}`);
  const advice = [
    ...(toDo === undefined ? [] : [`To do: ${toDo}`]),
    ...(look === undefined ? [] : [`More:  ${look}`]),
  ];
  const parts = [[title], [text], advice, table, [isoTime(at)]].filter((part) => part.length > 0);
  return `${parts.map((part) => part.join('\n')).join('\n\n')}\n`;
}
