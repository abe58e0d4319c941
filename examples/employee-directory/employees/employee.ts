import { z } from 'zod';

/** What a form says of an employee. */
export interface Details {
  readonly name: string;
  readonly title: string;
  readonly department: string;
  readonly location: string;
  readonly email: string;
  readonly phone: string;
}

/** An employee as the directory keeps them. */
export interface Employee extends Details {
  readonly id: string;
  /** Key of the photo in the bucket. */
  readonly photo?: string;
  /** Grows by one with each change. */
  readonly version: number;
}

/** What lists show of an employee. */
export type Row = Pick<Employee, 'id' | 'name' | 'title' | 'department' | 'location' | 'photo'>;

export const FIELDS = [
  { field: 'name', label: 'Name', type: 'text', autocomplete: 'name', most: 100 },
  { field: 'title', label: 'Job title', type: 'text', autocomplete: 'organization-title', most: 100 },
  { field: 'department', label: 'Department', type: 'text', autocomplete: 'off', most: 100 },
  { field: 'location', label: 'Location', type: 'text', autocomplete: 'off', most: 100 },
  { field: 'email', label: 'Email', type: 'email', autocomplete: 'email', most: 254 },
  { field: 'phone', label: 'Phone', type: 'tel', autocomplete: 'tel', most: 40 },
] as const;

export type Field = (typeof FIELDS)[number]['field'];

/** What is wrong with each field, in words for whoever filled it in. */
export type Problems = Partial<Record<Field, string>>;

const line = (most: number) =>
  z
    .string()
    .default('')
    .transform((text) => text.normalize('NFC').replace(/\s+/g, ' ').trim())
    .pipe(z.string().max(most, `Use at most ${most} characters.`));

const optional = (most: number, form: RegExp, message: string) =>
  line(most).refine((text) => text === '' || form.test(text), message);

const details = z.object({
  name: line(100).refine((text) => text !== '', 'Say the name.'),
  title: line(100),
  department: line(100),
  location: line(100),
  email: optional(254, /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]+$/, 'Write it like ada@example.com.'),
  phone: optional(40, /^\+?[\d\s()/.-]{3,}$/, 'Write it like +49 30 123456.'),
});

/** Reads a form. Spaces around and between words are put in order, fields that are missing are empty. */
export function readDetails(form: unknown): { details: Details } | { problems: Problems; entered: Details } {
  const { success, data, error } = details.safeParse(form);
  if (success) return { details: data };
  const { fieldErrors } = z.flattenError(error);
  const problems = Object.fromEntries(
    Object.entries(fieldErrors).map(([field, messages]) => [field, messages[0]]),
  );
  return { problems, entered: asEntered(form) };
}

/** The form's own words, however wrong, to be shown again. */
function asEntered(form: unknown): Details {
  const given = (typeof form === 'object' && form !== null ? form : {}) as Readonly<Record<string, unknown>>;
  const text = (field: Field) => (typeof given[field] === 'string' ? given[field] : '');
  return {
    name: text('name'),
    title: text('title'),
    department: text('department'),
    location: text('location'),
    email: text('email'),
    phone: text('phone'),
  };
}

export const NOTHING_ENTERED = asEntered({});
