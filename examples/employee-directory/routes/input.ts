import type { Employee } from '../employees/employee.ts';
import type { Employees } from '../employees/store.ts';
import { Refusal } from '../refusal.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A field of a form or a query: '' where it is missing, or there more than once. */
export function field(fields: unknown, name: string): string {
  const value = (fields as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

/** @throws Refusal for what is no id of ours */
export function idIn(text: string): string {
  if (UUID.test(text)) return text;
  throw new Refusal(400, 'This form is not complete', 'Open "Add someone" again and fill it in anew.');
}

/** @throws Refusal */
export function versionIn(form: unknown): number {
  const text = field(form, 'version');
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Refusal(400, 'This form is not complete', 'Open the entry again and change it there.');
}

/** @throws Refusal if there is none */
export async function employeeNamed(employees: Employees, params: unknown): Promise<Employee> {
  const id = field(params, 'id');
  const employee = UUID.test(id) ? await employees.get(id) : undefined;
  if (employee === undefined)
    throw new Refusal(404, 'There is no such entry', 'It may have been deleted. Search for the name.');
  return employee;
}
