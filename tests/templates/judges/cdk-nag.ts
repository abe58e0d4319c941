import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { Finding, Judge } from '../finding.ts';

/** cdk-nag's packs AwsSolutions and Serverless, on the template as the CDK includes it. */
export const cdkNag: Judge = {
  tool: 'cdk-nag',
  judge: async (cases) =>
    cases.flatMap(({ name, file }) => {
      const app = new App();
      const stack = new Stack(app, 'Stack');
      new CfnInclude(stack, 'Template', { templateFile: file });
      const packs = [new AwsSolutionsChecks(app), new ServerlessChecks(app)];
      return packs.flatMap((pack) =>
        pack.validateScope(stack).violations.flatMap(({ ruleName, description, violatingResources }) =>
          violatingResources.map(({ constructPath = '' }): Finding => ({
            tool: 'cdk-nag',
            rule: ruleName,
            resource: constructPath.split('/').at(-1) ?? '',
            message: description,
            template: name,
          })),
        ),
      );
    }),
};
