import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './cases.ts';

/** A row of the tables of docs/security.md. */
export interface Row {
  readonly number: number;
  readonly demand: string;
  /** Ids of rules, as their tools have them. */
  readonly rules: readonly string[];
  /** `path:name` of what meets it. */
  readonly places: readonly string[];
  readonly differs: string;
}

export function securityTable(): Row[] {
  return readFileSync(join(root, 'docs', 'security.md'), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, number = '']) => /^\d+$/.test(number))
    .map(([, number, demand = '', rules = '', places = '', differs = '']) => ({
      number: Number(number),
      demand,
      rules: listed(rules),
      places: listed(places),
      differs,
    }))
    .sort((a, b) => a.number - b.number);
}

const listed = (cell: string) => cell.split(', ').filter((one) => one !== '');
