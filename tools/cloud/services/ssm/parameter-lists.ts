import type {
  DescribeParametersRequest,
  GetParametersByPathRequest,
  ParameterMetadata,
  ParameterStringFilter,
  SSM,
} from '@aws-sdk/client-ssm';
import { AwsError, page, type Operations } from '../../kernel/index.ts';
import { shape } from './parameter-operations.ts';
import type { ParameterRecord, ParameterStore } from './parameters.ts';

/** Both listings give at most ten parameters a page unless told otherwise. */
const A_PAGE = 10;

export function parameterListOperations(store: ParameterStore) {
  const requireParameter = (type: string | undefined, id: string | undefined) => {
    const parameter = type === 'Parameter' ? store.find(id ?? '') : undefined;
    if (parameter === undefined)
      throw new AwsError('InvalidResourceId', `The resource ID "${id ?? ''}" is not valid.`);
    return parameter;
  };
  return {
    GetParametersByPath: (input) => byPath(store, input),
    DescribeParameters: (input) => describe(store, input),
    AddTagsToResource: (input) => {
      const { tags } = requireParameter(input.ResourceType, input.ResourceId);
      for (const { Key = '', Value = '' } of input.Tags ?? []) tags.set(Key, Value);
      return {};
    },
    RemoveTagsFromResource: (input) => {
      const { tags } = requireParameter(input.ResourceType, input.ResourceId);
      for (const key of input.TagKeys ?? []) tags.delete(key);
      return {};
    },
    ListTagsForResource: (input) => ({
      TagList: [...requireParameter(input.ResourceType, input.ResourceId).tags].map(([Key, Value]) => ({
        Key,
        Value,
      })),
    }),
  } satisfies Operations<SSM>;
}

function byPath(store: ParameterStore, input: GetParametersByPathRequest) {
  const { Path = '' } = input;
  if (!Path.startsWith('/'))
    throw new AwsError('ValidationException', 'The parameter path must begin with a forward slash "/".');
  const depth = Path.endsWith('/') ? Path.length : Path.length + 1;
  const matching = store
    .below(Path)
    .filter(({ name }) => input.Recursive === true || !name.slice(depth).includes('/'))
    .filter((parameter) => (input.ParameterFilters ?? []).every((filter) => matches(parameter, filter)));
  const { items, nextToken } = page(matching, input.NextToken, input.MaxResults ?? A_PAGE);
  return {
    Parameters: items.flatMap((parameter) => {
      const newest = parameter.versions.at(-1);
      return newest === undefined ? [] : [shape(parameter, newest, input.WithDecryption)];
    }),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

function describe(store: ParameterStore, input: DescribeParametersRequest) {
  const filters: ParameterStringFilter[] = [
    ...(input.ParameterFilters ?? []),
    ...(input.Filters ?? []).map(({ Key, Values }) => ({ Key, Values })),
  ];
  const matching = store.own().filter((parameter) => filters.every((filter) => matches(parameter, filter)));
  const { items, nextToken } = page(matching, input.NextToken, input.MaxResults ?? A_PAGE);
  return {
    Parameters: items.map(metadata),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

function matches(
  parameter: ParameterRecord,
  { Key = '', Option, Values = [] }: ParameterStringFilter,
): boolean {
  if (Key === 'Path') return Values.some((path) => isBelow(parameter.name, path, Option === 'Recursive'));
  return valuesOf(parameter, Key).some(
    (value) => Values.length === 0 || Values.some((wanted) => compare(value, wanted, Option)),
  );
}

function isBelow(name: string, path: string, isRecursive: boolean): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  return name.startsWith(prefix) && (isRecursive || !name.slice(prefix.length).includes('/'));
}

function valuesOf(parameter: ParameterRecord, key: string): string[] {
  const newest = parameter.versions.at(-1);
  if (key.startsWith('tag:')) return present(parameter.tags.get(key.slice('tag:'.length)));
  switch (key) {
    case 'Name':
      return [parameter.name];
    case 'Type':
      return present(newest?.type);
    case 'KeyId':
      return present(newest?.keyId);
    case 'Tier':
      return present(newest?.tier);
    case 'DataType':
      return present(newest?.dataType);
    case 'Label':
      return parameter.versions.flatMap(({ labels }) => [...labels]);
    default:
      throw new AwsError('InvalidFilterKey', `The filter key '${key}' is not valid.`);
  }
}

function present(value: string | undefined): string[] {
  return value === undefined ? [] : [value];
}

function compare(value: string, wanted: string, option: string | undefined): boolean {
  switch (option) {
    case undefined:
    case 'Equals':
      return value === wanted;
    case 'BeginsWith':
      return value.startsWith(wanted);
    case 'Contains':
      return value.includes(wanted);
    default:
      throw new AwsError('InvalidFilterOption', `The filter option '${option}' is not valid.`);
  }
}

function metadata(parameter: ParameterRecord): ParameterMetadata {
  const newest = parameter.versions.at(-1);
  return {
    Name: parameter.name,
    ARN: parameter.arn,
    Type: newest?.type,
    KeyId: newest?.keyId,
    Description: newest?.description,
    AllowedPattern: newest?.allowedPattern,
    Version: newest?.version,
    Tier: newest?.tier,
    DataType: newest?.dataType,
    LastModifiedDate: newest?.modifiedAt,
    Policies: [],
  };
}
