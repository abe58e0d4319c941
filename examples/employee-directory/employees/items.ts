import type { Details, Employee, Row } from './employee.ts';
import { plain, searchWords } from './words.ts';

/**
 * One table, three kinds of items; every write changes all that belong to an employee in one transaction:
 *
 * | pk                     | sk                 | is                                              |
 * | ---------------------- | ------------------ | ----------------------------------------------- |
 * | `employee#ID`          | `employee`         | the employee                                    |
 * | `names`                | `NAME#ID`          | a row of the list                               |
 * | `word#FIRST-CHARACTER` | `WORD#NAME#ID`     | a row, to be found by one of the employee's words |
 */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export interface RowItem extends Key, Row {
  /** All words of the employee, a space before each: other words of a search are looked for here. */
  readonly text: string;
}

export function employeeKey(id: string): Key {
  return { pk: `employee#${id}`, sk: 'employee' };
}

export const NAMES = 'names';

export function wordPartition(word: string): string {
  return `word#${Array.from(word)[0] ?? ''}`;
}

/** The rows by which an employee is listed and found. */
export function rowItems(employee: Employee): RowItem[] {
  const { id, name, title, department, location, photo } = employee;
  const words = searchWords(employee);
  const text = words.map((word) => ` ${word}`).join('');
  const row = { id, name, title, department, location, text, ...(photo !== undefined && { photo }) };
  const place = `${plain(name)}#${id}`;
  return [
    { pk: NAMES, sk: place, ...row },
    ...words.map((word) => ({ pk: wordPartition(word), sk: `${word}#${place}`, ...row })),
  ];
}

/** The employee in an item, without its keys. */
export function employeeIn(item: Readonly<Record<string, unknown>>): Employee {
  const { id, name, title, department, location, email, phone, photo, version } = item as unknown as Employee;
  const details: Details = { name, title, department, location, email, phone };
  return { id, ...details, version, ...(photo !== undefined && { photo }) };
}

export function rowIn({ id, name, title, department, location, photo }: RowItem): Row {
  return { id, name, title, department, location, ...(photo !== undefined && { photo }) };
}
