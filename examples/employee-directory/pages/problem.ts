import { html } from 'ghtml';
import type { Layout } from './layout.ts';

/** What went wrong, and what to do now. */
export function problemPage(title: string, advice: string): Layout {
  return {
    title,
    main: html`<h1>${title}</h1>
      <p>${advice}</p>
      <p><a class="button" href="/">To the directory</a></p>`,
  };
}
