import { join } from 'node:path';
import { succeeded } from '../../conformance/install/command.ts';
import { pythonPrograms } from '../../conformance/install/python.ts';
import type { Finding, Judge } from '../finding.ts';

interface Match {
  readonly Filename: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
  readonly Message: string;
  readonly Rule: { readonly Id: string };
}

/** cfn-lint, with its informational rules, for the region in which the templates are packaged. */
export const cfnLint: Judge = {
  tool: 'cfn-lint',
  judge: async (cases) => {
    const names = new Map(cases.map(({ file, name }) => [file, name]));
    const options = ['--include-checks', 'I', '--regions', 'eu-central-1', '--format', 'json'];
    const printed = await succeeded(join(await pythonPrograms(), 'cfn-lint'), [
      ...options,
      '--non-zero-exit-code',
      'none',
      '--',
      ...names.keys(),
    ]);
    return (JSON.parse(printed) as Match[]).map(({ Filename, Location, Message, Rule }): Finding => ({
      tool: 'cfn-lint',
      rule: Rule.Id,
      resource: nameOf(Location.Path ?? []),
      message: Message,
      template: names.get(Filename) ?? Filename,
    }));
  },
};

function nameOf([section = 'Template', name]: readonly (string | number)[]): string {
  if (name === undefined) return String(section);
  return section === 'Resources' ? String(name) : `${section}.${name}`;
}
