/** `npm run bench`: what the local cloud costs. `--json` writes the figures instead of a table, `--only NAME` one part. */
import { parseArgs } from 'node:util';
import { callCosts } from './calls.ts';
import { persistCosts } from './persist.ts';
import { standing } from './scale.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string' } } });

const LARGE = { groups: 500, instances: 10_000 };
const ONE = { groups: 1, instances: 4 };

const parts = {
  // First, so that the memory is its own.
  scale: async () => [await standing('10,000 instances', LARGE, 2, false)],
  alarms: async () => [await standing('10,000 instances, alarms', LARGE, 1, true)],
  fleet: async () => [
    await standing('one idle fleet', ONE, 240, false),
    await standing('one fleet with alarms', ONE, 240, true),
  ],
  calls: callCosts,
  persist: persistCosts,
};

const result: Record<string, readonly object[]> = {};
for (const [name, measure] of Object.entries(parts)) {
  if (values.only === undefined || values.only === name) result[name] = await measure();
}
if (values.json === true) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
else for (const [name, rows] of Object.entries(result)) process.stdout.write(`\n${name}\n${tableOf(rows)}\n`);

/** Rows as text, under their keys. */
function tableOf(rows: readonly object[]): string {
  const keys = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => Object.values(row).map(shown));
  const widths = keys.map((key, i) => Math.max(key.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ');
  return [keys, ...cells].map((row) => `  ${line(row)}`.trimEnd()).join('\n');
}

function shown(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value);
}
