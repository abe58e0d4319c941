import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Case } from '../cases.ts';
import type { Finding, Judge } from '../finding.ts';

/** A program of its own: the validator's memory is not given back, and a template must not find another's. */
const PROGRAM = `
  import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';
  const pseudoParameterOverrides = { region: 'eu-central-1' };
  const report = new CelEngine().validateStandard(new TemplateFile(process.argv[1]), { pseudoParameterOverrides });
  process.stdout.write(JSON.stringify(report));
`;

interface Report {
  readonly status: string;
  readonly diagnostics: readonly {
    readonly ruleId: string;
    readonly message: string;
    readonly propertyPath?: string;
    readonly entity?: { readonly logicalId: string; readonly entityType: string };
  }[];
}

/** AWS's validator of CloudFormation templates: the schemas of all types, cfn-lint's rules and some of its own. */
export const cloudformationValidate: Judge = {
  tool: 'cloudformation-validate',
  judge: async (cases) => {
    const findings: Finding[] = [];
    const waiting = [...cases];
    const worker = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
        findings.push(...(await validate(next)));
    };
    await Promise.all([worker(), worker()]);
    return findings;
  },
};

async function validate({ name, file }: Pick<Case, 'name' | 'file'>): Promise<Finding[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', PROGRAM, file],
    { cwd: import.meta.dirname, maxBuffer: 2 ** 26 },
  );
  const { status, diagnostics } = JSON.parse(stdout) as Report;
  if (status !== 'OK') throw new Error(`cloudformation-validate: ${name}: ${status}`);
  return diagnostics.map(({ ruleId, message, entity, propertyPath = '' }) => ({
    tool: 'cloudformation-validate',
    rule: ruleId,
    resource: entity === undefined ? '' : nameOf(entity),
    message: propertyPath === '' ? message : `${propertyPath}: ${message}`,
    template: name,
  }));
}

function nameOf({ logicalId, entityType }: { logicalId: string; entityType: string }): string {
  return entityType === 'Resource' ? logicalId : `${entityType}s.${logicalId}`;
}
