import type { Case } from './cases.ts';

/** What a tool has against one resource of a template. */
export interface Finding {
  readonly tool: Tool;
  /** The tool's own id of the rule. */
  readonly rule: string;
  /** Its logical id; `Outputs.Name` and the like for what is no resource. */
  readonly resource: string;
  readonly message: string;
  /** The name of the case. */
  readonly template: string;
}

export type Tool = 'service-spec' | 'guard' | 'cdk-nag' | 'cloudformation-validate' | 'cfn-lint' | 'checkov';

/** A tool that judges templates. @throws Error when it could not read or judge one of them */
export interface Judge {
  readonly tool: Tool;
  judge(cases: readonly Pick<Case, 'name' | 'file' | 'body'>[]): Promise<Finding[]>;
}

/**
 * The same finding once, in the order of templates, rules, resources; with `<stage>` for the stage in rules, and
 * without the hash of the code that Serverless puts into the names of versions.
 */
export function distinct(findings: readonly Finding[]): Finding[] {
  const keyed = findings.map((found) => {
    const stage = found.template.split('/')[1]?.split('+')[0] ?? '';
    const one = {
      ...found,
      rule: found.rule.replaceAll(`evenkeel-${stage}-`, 'evenkeel-<stage>-'),
      resource: found.resource.replace(/(?<=LambdaVersion)\w+$/, ''),
    };
    return [[one.template, one.tool, one.rule, one.resource].join('\n'), one] as const;
  });
  return [...new Map(keyed)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
