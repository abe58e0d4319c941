import { html } from 'ghtml';
import type { Details, Employee, Problems } from '../employees/employee.ts';
import { FIELDS } from '../employees/employee.ts';
import type { Layout } from './layout.ts';

type FieldSpec = (typeof FIELDS)[number];

export interface FormState {
  readonly details: Details;
  readonly problems?: Problems;
  /** What somebody else has saved meanwhile. */
  readonly saved?: Employee;
}

/** @param id that the new employee will have, so that a form which is sent twice adds one employee */
export function addPage(id: string, state: FormState): Layout {
  const hidden = html`<input type="hidden" name="id" value="${id}" />`;
  return { title: 'Add someone', main: form('Add someone', '/employees', hidden, state, '/') };
}

/** @param version that the form's user has seen, and changes */
export function editPage(id: string, version: number, state: FormState): Layout {
  const hidden = html`<input type="hidden" name="version" value="${version}" />`;
  const title = 'Edit';
  return { title, main: form(title, `/employees/${id}/edit`, hidden, state, `/employees/${id}`) };
}

function form(title: string, action: string, hidden: string, state: FormState, back: string): string {
  const { details, problems = {}, saved } = state;
  const fields = FIELDS.map((spec) =>
    input(spec, details[spec.field], problems[spec.field], differing(spec, details, saved)),
  );
  return html`<h1>${title}</h1>
    !${notice(problems, saved)}
    <form class="card fields" method="post" action="${action}" novalidate>
      !${hidden} !${fields}
      <p class="actions"><button>Save</button> <a class="button quiet" href="${back}">Cancel</a></p>
    </form>`;
}

function notice(problems: Problems, saved: Employee | undefined): string {
  if (saved !== undefined)
    return html`<p class="notice" role="alert">
      Somebody else has saved this entry since you opened it. Nothing of yours is lost: it stands below, and
      where theirs differs it is shown beside. Save again to keep what is in the fields.
    </p>`;
  const count = Object.keys(problems).length;
  if (count === 0) return '';
  return html`<p class="notice" role="alert">
    Not saved yet: ${count === 1 ? 'one field needs' : `${count} fields need`} another look.
  </p>`;
}

function differing({ field }: FieldSpec, details: Details, saved: Employee | undefined): string | undefined {
  return saved === undefined || saved[field] === details[field] ? undefined : saved[field];
}

function input(
  { field, label, type, autocomplete, most }: FieldSpec,
  value: string,
  problem: string | undefined,
  theirs: string | undefined,
): string {
  const help = [
    problem === undefined ? '' : html`<span class="problem">${problem}</span>`,
    theirs === undefined
      ? ''
      : html`<span class="theirs">Now saved: ${theirs === '' ? '(empty)' : theirs}</span>`,
  ].join('');
  return html`<div class="field">
    <label for="${field}">${label}${field === 'name' ? ' (needed)' : ''}</label>
    <input
      id="${field}"
      name="${field}"
      type="${type}"
      value="${value}"
      maxlength="${most}"
      autocomplete="${autocomplete}"
      aria-describedby="${field}-help"
      !${problem === undefined ? '' : 'aria-invalid="true"'}
      !${field === 'name' ? 'required' : ''}
    />
    <p id="${field}-help" class="help">!${help}</p>
  </div>`;
}
