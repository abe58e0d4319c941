import type { Details } from './employee.ts';

/** Longer words are cut: no one types more of one, and DynamoDB's keys are bounded. */
const LONGEST_WORD = 40;

/** How many words an employee can be found by: what a transaction of 100 writes has room for, old words and new. */
const MOST_WORDS = 45;

/** Small letters without accents, so that `muller` finds Müller. */
export function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss').normalize('NFC');
}

/** The words of a text as they are compared: letters and digits, each word once, in order. */
export function wordsIn(...texts: readonly string[]): string[] {
  const words = plain(texts.join(' ')).match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words.map((word) => Array.from(word).slice(0, LONGEST_WORD).join('')))].sort();
}

/** What an employee is found by. Those of the name come first where there are too many. */
export function searchWords({ name, title, department, location }: Details): string[] {
  const all = [...new Set([...wordsIn(name), ...wordsIn(title, department, location)])];
  return all.slice(0, MOST_WORDS).sort();
}
