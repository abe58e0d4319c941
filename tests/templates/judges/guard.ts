import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import type { Finding, Judge } from '../finding.ts';

/** AWS Control Tower's proactive controls, by AWS's own cfn-guard. */
export const guard: Judge = {
  tool: 'guard',
  judge: async (cases) => {
    const names = new Map(cases.map(({ file, name }) => [file, name]));
    const report = new CfnGuardValidator({ maxBuffer: 2 ** 30 }).validate({
      templatePaths: [...names.keys()],
    } as unknown as Parameters<CfnGuardValidator['validate']>[0]);
    return report.violations.flatMap(({ description, ruleName, violatingResources }) => {
      // `[CT.S3.PR.1]: Require …`: the id of the control, where the name of the rule is a file's.
      const [, rule = ruleName, message = description] = /^\[(.+?)\]: (.*)/.exec(description) ?? [];
      return violatingResources.map(({ resourceLogicalId, templatePath }): Finding => ({
        tool: 'guard',
        rule,
        // Some rules name no place: they compare a list of their own with the template's.
        resource: (resourceLogicalId as string | undefined) ?? 'Template',
        message,
        template: names.get(templatePath) ?? templatePath,
      }));
    });
  },
};
