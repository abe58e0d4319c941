import { html } from 'ghtml';
import type { Row } from '../employees/employee.ts';
import type { Page } from '../employees/listing.ts';
import type { Layout } from './layout.ts';
import { portrait } from './portrait.ts';

export function listPage({ rows, next }: Page, search: string, isFirst: boolean): Layout {
  const title = search === '' ? 'Everyone' : `Found for “${search}”`;
  const main = html`<h1>${title}</h1>
    !${
      rows.length === 0
        ? nobody(search, next)
        : html`<ul class="people">
            !${rows.map(entry)}
          </ul>`
    }
    !${pager(search, next, isFirst)}`;
  return { title, main, search };
}

function entry(row: Row): string {
  const { id, name, title, department, location } = row;
  return html`<li>
    <a href="/employees/${id}">
      !${portrait(row, 'small')}
      <span>
        <strong>${name}</strong>
        <span>${[title, department].filter(isFilled).join(', ')}</span>
        <span>${location}</span>
      </span>
    </a>
  </li>`;
}

function nobody(search: string, next: string | undefined): string {
  if (next !== undefined) return html`<p>Nobody so far: there are more to look through.</p>`;
  if (search === '')
    return html`<p>Nobody is listed yet. <a href="/employees/new">Add the first one.</a></p>`;
  return html`<p>Nobody fits. Fewer or shorter words find more, and <a href="/">everyone is here</a>.</p>`;
}

function pager(search: string, next: string | undefined, isFirst: boolean): string {
  const to = (after?: string) => {
    const query = new URLSearchParams({
      ...(search !== '' && { q: search }),
      ...(after !== undefined && { after }),
    });
    return `/?${query.toString()}`;
  };
  if (isFirst && next === undefined) return '';
  return html`<nav class="pager" aria-label="Pages">
    !${isFirst ? '' : html`<a class="button quiet" href="${to()}">To the beginning</a>`}
    !${next === undefined ? '' : html`<a class="button" rel="next" href="${to(next)}">More</a>`}
  </nav>`;
}

function isFilled(text: string): boolean {
  return text !== '';
}
