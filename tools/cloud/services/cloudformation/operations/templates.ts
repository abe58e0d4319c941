import type {
  CloudFormation,
  ParameterDeclaration as ParameterSummary,
} from '@aws-sdk/client-cloudformation';
import type { Operations } from '../../../kernel/index.ts';
import type { Engine } from '../engine/engine.ts';
import { templateBody } from '../engine/targets.ts';
import { resourceModel } from '../schema/index.ts';
import { parseTemplate } from '../template/parse.ts';
import type { Template } from '../template/template.ts';
import { validateTemplate } from '../template/validate.ts';
import { targetNamed } from './queries.ts';

/** What can be asked of templates that need not belong to a stack. */
export function templateOperations(engine: Engine) {
  return {
    ValidateTemplate: async (input, call) => {
      const template = parseTemplate(await templateBody(input, undefined, engine.api(call)));
      // Without values for the parameters no condition can be decided: both branches have to be right.
      validateTemplate(template, () => true);
      validateTemplate(template, () => false);
      return {
        ...describe(template),
        Parameters: parametersOf(template).map(({ ParameterType: _type, ...rest }) => rest),
      };
    },
    GetTemplateSummary: async (input, call) => {
      const { StackName: stackName } = input;
      const template =
        stackName === undefined
          ? parseTemplate(await templateBody(input, undefined, engine.api(call)))
          : targetNamed(engine, stackName, undefined).template;
      const types = Object.values(template.Resources).map((resource) => resource.Type);
      return {
        ...describe(template),
        Parameters: parametersOf(template),
        ResourceTypes: [...new Set(types)],
        ...(template.AWSTemplateFormatVersion === undefined
          ? {}
          : { Version: template.AWSTemplateFormatVersion }),
        ResourceIdentifierSummaries: [...new Set(types)].map((type) => ({
          ResourceType: type,
          LogicalResourceIds: Object.entries(template.Resources)
            .filter(([, resource]) => resource.Type === type && resourceModel(type) !== undefined)
            .map(([name]) => name),
        })),
      };
    },
  } satisfies Operations<CloudFormation>;
}

function describe(template: Template) {
  const hasIam = Object.values(template.Resources).some(({ Type: type }) => type.startsWith('AWS::IAM::'));
  return {
    ...(template.Description === undefined ? {} : { Description: template.Description }),
    ...(hasIam
      ? {
          Capabilities: ['CAPABILITY_NAMED_IAM' as const],
          CapabilitiesReason: 'The template makes IAM resources',
        }
      : {}),
  };
}

function parametersOf(template: Template): ParameterSummary[] {
  return Object.entries(template.Parameters ?? {}).map(([name, declaration]) => ({
    ParameterKey: name,
    ParameterType: declaration.Type,
    NoEcho: String(declaration.NoEcho) === 'true',
    ...(declaration.Default === undefined ? {} : { DefaultValue: textOf(declaration.Default) }),
    ...(declaration.Description === undefined ? {} : { Description: declaration.Description }),
  }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
