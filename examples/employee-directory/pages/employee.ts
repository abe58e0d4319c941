import { html } from 'ghtml';
import type { Employee } from '../employees/employee.ts';
import type { Layout } from './layout.ts';
import { portrait } from './portrait.ts';

export function employeePage(employee: Employee): Layout {
  const { id, name, title, photo } = employee;
  const main = html`<article class="card">
      !${portrait(employee, 'large')}
      <div>
        <h1>${name}</h1>
        <p class="lead">${title}</p>
        <dl>!${facts(employee)}</dl>
        <p class="actions">
          <a class="button" href="/employees/${id}/edit">Edit</a>
          <a class="button quiet" href="/employees/${id}/delete">Delete</a>
        </p>
      </div>
    </article>
    <section class="card">
      <form method="post" action="/employees/${id}/photo" enctype="multipart/form-data">
        <label for="photo">${photo === undefined ? 'Add a photo' : 'Replace the photo'}</label>
        <p id="photo-help" class="help">JPEG, PNG or WebP, at most 5 MB.</p>
        <input
          id="photo"
          type="file"
          name="photo"
          accept="image/jpeg,image/png,image/webp"
          aria-describedby="photo-help"
          required
        />
        <button>Upload</button>
      </form>
    </section>`;
  return { title: name, main };
}

function facts({ department, location, email, phone }: Employee): string[] {
  const telephone = phone.replace(/[^\d+]/g, '');
  return [
    fact('Department', html`${department}`),
    fact('Location', html`${location}`),
    fact('Email', email === '' ? '' : html`<a href="mailto:${email}">${email}</a>`),
    fact('Phone', phone === '' ? '' : html`<a href="tel:${telephone}">${phone}</a>`),
  ];
}

/** @param value HTML */
function fact(label: string, value: string): string {
  return value === ''
    ? ''
    : html`<dt>${label}</dt>
        <dd>!${value}</dd>`;
}

export function deletePage({ id, name, version }: Employee): Layout {
  const main = html`<h1>Delete ${name}?</h1>
    <p>The entry and its photo are gone for good.</p>
    <form class="actions" method="post" action="/employees/${id}/delete">
      <input type="hidden" name="version" value="${version}" />
      <button class="danger">Delete</button>
      <a class="button quiet" href="/employees/${id}">Keep</a>
    </form>`;
  return { title: `Delete ${name}`, main };
}
