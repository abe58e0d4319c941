import { join } from 'node:path';
import { expect, it } from 'vitest';
import { securityTable } from '../../templates/security-table.ts';
import { succeeded } from '../install/command.ts';
import { checkovPrograms } from '../install/python.ts';

it('docs/security.md names rules of checkov that there are', async () => {
  const list = await succeeded(join(await checkovPrograms(), 'checkov'), [
    '--list',
    '--framework',
    'cloudformation',
  ]);
  const known = new Set(list.match(/CKV2?_AWS_\d+/g));
  const named = securityTable().flatMap(({ rules }) => rules.filter((id) => id.startsWith('CKV')));
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((id) => !known.has(id))).toEqual([]);
});
