import type { SSM } from '@aws-sdk/client-ssm';
import type { NeedsOf, Scope } from './need.ts';
import { keys, named, same } from './need.ts';

/** AWS's public parameters and documents are nobody's: their ARNs name no account. */
function ofAws({ account }: Scope, resource: string): string {
  return `arn:aws:ssm:${account.region}::${resource}`;
}

function parameter(scope: Scope, name: string): string {
  if (name.startsWith('arn:')) return name;
  const [plain = ''] = name.split(':');
  const resource = `parameter${plain.startsWith('/') ? '' : '/'}${plain}`;
  return plain.startsWith('/aws/service/') ? ofAws(scope, resource) : named(scope, 'ssm', resource);
}

function document(scope: Scope, name: string): string {
  if (name.startsWith('arn:')) return name;
  return name.startsWith('AWS-') ? ofAws(scope, `document/${name}`) : named(scope, 'ssm', `document/${name}`);
}

interface OfParameter {
  readonly Name?: string | undefined;
}

const ofParameter = ({ Name = '' }: OfParameter, scope: Scope) => [parameter(scope, Name)];

interface OfParameters {
  readonly Names?: string[] | undefined;
}

const ofParameters = ({ Names = [] }: OfParameters, scope: Scope) =>
  Names.map((name) => parameter(scope, name));

interface Tagged {
  readonly ResourceType?: string | undefined;
  readonly ResourceId?: string | undefined;
}

const tagged = ({ ResourceType, ResourceId = '*' }: Tagged, scope: Scope) => [
  ResourceType === 'Document' ? document(scope, ResourceId) : parameter(scope, ResourceId),
];

export const ssmNeeds: NeedsOf<SSM> = {
  ...same(ofParameter, 'DeleteParameter', 'GetParameter', 'GetParameterHistory', 'LabelParameterVersion'),
  ...same(ofParameters, 'DeleteParameters', 'GetParameters'),
  ...same(tagged, 'AddTagsToResource', 'ListTagsForResource', 'RemoveTagsFromResource'),
  PutParameter: ({ Name = '', Overwrite = false }, scope) => [
    { resource: parameter(scope, Name), context: keys({ 'ssm:overwrite': Overwrite }) },
  ],
  GetParametersByPath: ({ Path = '', Recursive = false }, scope) => [
    { resource: parameter(scope, Path), context: keys({ 'ssm:recursive': Recursive }) },
  ],
  // Leave is needed both for the document and for each instance.
  SendCommand: ({ DocumentName = '', InstanceIds = [], Targets = [] }, scope) => [
    document(scope, DocumentName),
    ...InstanceIds.map((id) => named(scope, 'ec2', `instance/${id}`)),
    ...(Targets.length > 0 ? [named(scope, 'ec2', 'instance/*')] : []),
  ],
};
