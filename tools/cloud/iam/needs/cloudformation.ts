import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { Need, NeedsOf, Scope } from './need.ts';
import { keys, named, passRole, same } from './need.ts';

interface OfStack {
  readonly StackName?: string | undefined;
}

/** A stack has an id in its ARN that callers need not name. */
function stackArn(scope: Scope, name = '*'): string {
  return scope.directory.stackArn(name) ?? named(scope, 'cloudformation', `stack/${name}/*`);
}

const ofStack = ({ StackName }: OfStack, scope: Scope) => [stackArn(scope, StackName)];

interface OfChangeSet extends OfStack {
  readonly ChangeSetName?: string | undefined;
}

const changeSetKeys = ({ ChangeSetName }: OfChangeSet) =>
  keys({ 'cloudformation:changesetname': ChangeSetName });

const ofChangeSet = (input: OfChangeSet, scope: Scope): Need[] => [
  { resource: stackArn(scope, input.StackName), context: changeSetKeys(input) },
];

interface Settings extends OfStack {
  readonly TemplateURL?: string | undefined;
  readonly RoleARN?: string | undefined;
  readonly ResourceTypes?: string[] | undefined;
  readonly StackPolicyURL?: string | undefined;
}

function changing(input: Settings, scope: Scope, more: Need['context'] = {}): Need[] {
  const context = keys({
    'cloudformation:templateurl': input.TemplateURL,
    'cloudformation:rolearn': input.RoleARN,
    'cloudformation:resourcetypes': input.ResourceTypes,
    'cloudformation:stackpolicyurl': input.StackPolicyURL,
  });
  return [
    { resource: stackArn(scope, input.StackName), context: { ...context, ...more } },
    ...passRole(input.RoleARN, 'cloudformation.amazonaws.com'),
  ];
}

const settings = (input: Settings, scope: Scope) => changing(input, scope);

export const cloudFormationNeeds: NeedsOf<CloudFormation> = {
  ...same(settings, 'CreateStack', 'DeleteStack', 'UpdateStack'),
  CreateChangeSet: (input, scope) => changing(input, scope, changeSetKeys(input)),
  ...same(ofChangeSet, 'DeleteChangeSet', 'DescribeChangeSet', 'ExecuteChangeSet'),
  SetStackPolicy: ({ StackName, StackPolicyURL }, scope) => [
    {
      resource: stackArn(scope, StackName),
      context: keys({ 'cloudformation:stackpolicyurl': StackPolicyURL }),
    },
  ],
  GetTemplateSummary: ({ StackName, TemplateURL }, scope) => [
    {
      resource: StackName === undefined ? '*' : stackArn(scope, StackName),
      context: keys({ 'cloudformation:templateurl': TemplateURL }),
    },
  ],
  // Without a name, all stacks are asked for.
  ...same(
    ofStack,
    'DescribeStackEvents',
    'DescribeStackResource',
    'DescribeStackResources',
    'DescribeStacks',
    'GetStackPolicy',
    'GetTemplate',
    'ListChangeSets',
    'ListStackResources',
    'UpdateTerminationProtection',
  ),
};
