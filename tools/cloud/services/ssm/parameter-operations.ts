import type { Parameter, ParameterHistory, PutParameterRequest, SSM } from '@aws-sdk/client-ssm';
import { AwsError, page, type Kernel, type Operations } from '../../kernel/index.ts';
import { parameterListOperations } from './parameter-lists.ts';
import {
  ciphertext,
  type ParameterRecord,
  type ParameterStore,
  type ParameterVersion,
} from './parameters.ts';

export function parameterOperations(kernel: Kernel, store: ParameterStore) {
  return {
    ...parameterListOperations(store),
    PutParameter: (input) => put(kernel, store, input),
    GetParameter: (input) => {
      const { parameter, version, selector } = store.versionOf(input.Name ?? '');
      return { Parameter: shape(parameter, version, input.WithDecryption, selector) };
    },
    GetParameters: (input) => getSeveral(store, input.Names ?? [], input.WithDecryption),
    DeleteParameter: (input) => {
      deleteOne(kernel, store, store.get(input.Name ?? ''));
      return {};
    },
    DeleteParameters: (input) => {
      const names = input.Names ?? [];
      const found = names.flatMap((name) => store.find(name) ?? []);
      for (const parameter of found) deleteOne(kernel, store, parameter);
      return {
        DeletedParameters: found.map(({ name }) => name),
        InvalidParameters: names.filter((name) => !found.some((parameter) => parameter.name === name)),
      };
    },
    GetParameterHistory: (input) => {
      const parameter = store.get(input.Name ?? '');
      const { items, nextToken } = page(parameter.versions, input.NextToken, input.MaxResults ?? 50);
      return {
        Parameters: items.map((version) => history(parameter, version, input.WithDecryption)),
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      };
    },
    LabelParameterVersion: (input) => {
      const parameter = store.get(input.Name ?? '');
      return label(parameter, input.ParameterVersion, input.Labels ?? []);
    },
  } satisfies Operations<SSM>;
}

const NAME = /^\/?[a-zA-Z0-9_.-]+(\/[a-zA-Z0-9_.-]+)*$/;
/** Up to this many bytes a parameter is of the standard tier, which costs nothing. */
const STANDARD_BYTES = 4096;
const ADVANCED_BYTES = 8192;

function put(kernel: Kernel, store: ParameterStore, input: PutParameterRequest) {
  const { Name = '', Value = '' } = input;
  checkName(Name);
  const known = store.find(Name);
  if (known !== undefined && !input.Overwrite)
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  const type = input.Type ?? known?.versions.at(-1)?.type;
  if (type === undefined)
    throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
  checkValue(Value, input);
  const tags = new Map((input.Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
  const added = store.add(known ?? store.begin(Name, tags), {
    value: Value,
    type,
    keyId: type === 'SecureString' ? (input.KeyId ?? 'alias/aws/ssm') : undefined,
    description: input.Description ?? known?.versions.at(-1)?.description,
    allowedPattern: input.AllowedPattern,
    dataType: input.DataType ?? 'text',
    tier: tierOf(Value, input),
  });
  announce(kernel, store.get(Name), known === undefined ? 'Create' : 'Update');
  return { Version: added.version, Tier: added.tier };
}

function checkName(name: string): void {
  if (/^\/?(aws|ssm)/i.test(name))
    throw /^\/?aws/i.test(name)
      ? new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`)
      : reservedPrefix();
  if (!NAME.test(name) || (name.includes('/') && !name.startsWith('/')))
    throw new AwsError(
      'ValidationException',
      'Parameter name must be a fully qualified name with the letters a-z, A-Z, 0-9 and the symbols . - _ /.',
    );
}

function reservedPrefix(): AwsError {
  return new AwsError(
    'ValidationException',
    'Parameter name: can\'t be prefixed with "ssm" (case-insensitive).',
  );
}

function checkValue(value: string, input: PutParameterRequest): void {
  if (value === '') throw new AwsError('ValidationException', "Parameter value can't be empty.");
  if (input.AllowedPattern !== undefined && !new RegExp(input.AllowedPattern).test(value))
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${input.AllowedPattern}`,
    );
  const bytes = Buffer.byteLength(value);
  const limit = input.Tier === 'Standard' || input.Tier === undefined ? STANDARD_BYTES : ADVANCED_BYTES;
  if (bytes > limit)
    throw new AwsError(
      'ValidationException',
      `Value is ${bytes} bytes long; a parameter of this tier holds at most ${limit}.`,
    );
}

function tierOf(value: string, input: PutParameterRequest): 'Standard' | 'Advanced' {
  if (input.Tier === 'Advanced') return 'Advanced';
  return Buffer.byteLength(value) > STANDARD_BYTES ? 'Advanced' : 'Standard';
}

function deleteOne(kernel: Kernel, store: ParameterStore, parameter: ParameterRecord): void {
  if (parameter.isPublic)
    throw new AwsError('AccessDeniedException', `No access to reserved parameter name: ${parameter.name}.`);
  store.delete(parameter.name);
  announce(kernel, parameter, 'Delete');
}

function getSeveral(store: ParameterStore, names: readonly string[], decrypt: boolean | undefined) {
  const found = names.flatMap((name) => {
    if (store.value(name) === undefined) return [];
    const { parameter, version, selector } = store.versionOf(name);
    return [{ name, parameter: shape(parameter, version, decrypt, selector) }];
  });
  return {
    Parameters: found.map(({ parameter }) => parameter),
    InvalidParameters: names.filter((name) => !found.some((one) => one.name === name)),
  };
}

/** A parameter as the Get operations show it. */
export function shape(
  parameter: ParameterRecord,
  version: ParameterVersion,
  decrypt: boolean | undefined,
  selector?: string,
): Parameter {
  return {
    Name: parameter.name,
    ARN: parameter.arn,
    Type: version.type,
    Value: readable(version, decrypt),
    Version: version.version,
    LastModifiedDate: version.modifiedAt,
    DataType: version.dataType,
    ...(selector === undefined ? {} : { Selector: selector }),
  };
}

function readable(version: ParameterVersion, decrypt: boolean | undefined): string {
  return version.type === 'SecureString' && !decrypt ? ciphertext(version.value) : version.value;
}

function history(
  parameter: ParameterRecord,
  version: ParameterVersion,
  decrypt: boolean | undefined,
): ParameterHistory {
  return {
    Name: parameter.name,
    Type: version.type,
    KeyId: version.keyId,
    Value: readable(version, decrypt),
    Description: version.description,
    AllowedPattern: version.allowedPattern,
    Version: version.version,
    Labels: [...version.labels],
    LastModifiedDate: version.modifiedAt,
    Tier: version.tier,
    DataType: version.dataType,
  };
}

/** Puts labels on one version, taking them from whichever version has them. */
function label(parameter: ParameterRecord, number: number | undefined, labels: readonly string[]) {
  const version = parameter.versions.find((one) => one.version === number) ?? parameter.versions.at(-1);
  if (version === undefined || (number !== undefined && version.version !== number))
    throw new AwsError('ParameterVersionNotFound', `Version ${number ?? ''} of ${parameter.name} not found.`);
  const valid = labels.filter((one) => /^(?!aws|ssm)[a-zA-Z_.-][a-zA-Z0-9_.-]*$/i.test(one));
  for (const one of valid) {
    for (const other of parameter.versions) other.labels.delete(one);
    version.labels.add(one);
  }
  return { InvalidLabels: labels.filter((one) => !valid.includes(one)), ParameterVersion: version.version };
}

function announce(
  kernel: Kernel,
  parameter: ParameterRecord,
  operation: 'Create' | 'Update' | 'Delete',
): void {
  kernel.events.emit({
    source: 'aws.ssm',
    detailType: 'Parameter Store Change',
    resources: [parameter.arn],
    detail: { name: parameter.name, type: parameter.versions.at(-1)?.type, operation },
  });
}
