import { html } from 'ghtml';
import type { Identity } from '../identity.ts';

export interface Layout {
  readonly title: string;
  /** HTML. */
  readonly main: string;
  readonly search?: string;
}

/** A whole page. What is put into HTML is escaped, but for what is HTML itself: that is marked with `!`. */
export function page({ title, main, search = '' }: Layout, { instance, zone }: Identity): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Employee directory</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <a class="brand" href="/">Employee directory</a>
          <form class="search" action="/" method="get" role="search">
            <label for="search" class="visually-hidden">Search by name, title, department or location</label>
            <input
              id="search"
              type="search"
              name="q"
              value="${search}"
              placeholder="Name, title, place…"
              maxlength="100"
            />
            <button>Search</button>
          </form>
          <a class="button" href="/employees/new">Add someone</a>
        </header>
        <main id="main">!${main}</main>
        <footer>Answered by <code>${instance}</code> in <code>${zone}</code></footer>
      </body>
    </html>`;
}
