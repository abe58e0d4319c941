import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CODES } from '../../../tools/timing/codes.ts';

it('is documented code by code', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8');
  const rows = [
    ...page.matchAll(/^\| `([A-Z_]+)` +\| (error|warning) +\| (.+?) +\| \[source\]\((\S+)\) +\|$/gm),
  ];
  const documented = Object.fromEntries(
    rows.map(([, code = '', severity, meaning, source]) => [code, { severity, meaning, source }]),
  );
  expect(documented).toEqual(CODES);
});
