import { html } from 'ghtml';
import type { Row } from '../employees/employee.ts';

/** A photo, or the initials of who has none. */
export function portrait({ name, photo }: Pick<Row, 'name' | 'photo'>, size: 'small' | 'large'): string {
  if (photo !== undefined)
    return html`<img class="portrait ${size}" src="/${photo}" alt="Photo of ${name}" loading="lazy" />`;
  return html`<span class="portrait ${size}" aria-hidden="true">${initials(name)}</span>`;
}

function initials(name: string): string {
  const words = name.split(' ').filter((word) => word !== '');
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => Array.from(word ?? '')[0]?.toUpperCase() ?? '').join('');
}
