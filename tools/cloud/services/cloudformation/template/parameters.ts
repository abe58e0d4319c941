import type { Parameter } from '@aws-sdk/client-cloudformation';
import { validationError } from '../../../kernel/index.ts';
import type { ParameterDeclaration, Template } from './template.ts';

/** A parameter as given or defaulted, and as `Ref` gives it. */
export interface ParameterValue {
  /** What the caller or the template said. */
  readonly given: string;
  /** What `Ref` gives: a list for list types, the parameter's value for SSM types. */
  readonly value: string | string[];
  /** What an SSM parameter held. */
  readonly resolved?: string;
  readonly isSecret: boolean;
}

const SSM_TYPE = /^AWS::SSM::Parameter::Value<(.+)>$/;
const LIST_TYPE = /^(CommaDelimitedList|List<.+>)$/;

/**
 * The values of a template's parameters.
 *
 * @param before     the values of the stack so far, for `UsePreviousValue`
 * @param ssmValue   the value of an SSM parameter
 * @throws AwsError ValidationError for a value that is missing, unknown, or not allowed
 */
export async function parameterValues(
  template: Template,
  given: readonly Parameter[],
  before: ReadonlyMap<string, ParameterValue>,
  ssmValue: (name: string) => Promise<string>,
): Promise<Map<string, ParameterValue>> {
  const declared = Object.entries(template.Parameters ?? {});
  const unknown = given.filter(({ ParameterKey: key = '' }) => !(key in (template.Parameters ?? {})));
  if (unknown.length > 0) {
    const names = unknown.map((parameter) => parameter.ParameterKey).join(', ');
    throw validationError(`Parameters: [${names}] do not exist in the template`);
  }
  const missing: string[] = [];
  const values = new Map<string, ParameterValue>();
  for (const [name, declaration] of declared) {
    const text = givenText(name, declaration, given, before);
    if (text === undefined) missing.push(name);
    else values.set(name, await parameterValue(name, declaration, text, ssmValue));
  }
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  return values;
}

function givenText(
  name: string,
  { Default: byDefault }: ParameterDeclaration,
  given: readonly Parameter[],
  before: ReadonlyMap<string, ParameterValue>,
): string | undefined {
  const own = given.find((parameter) => parameter.ParameterKey === name);
  if (own?.UsePreviousValue === true) return before.get(name)?.given;
  if (own?.ParameterValue !== undefined) return own.ParameterValue;
  return byDefault === undefined ? undefined : String(byDefault);
}

async function parameterValue(
  name: string,
  declaration: ParameterDeclaration,
  given: string,
  ssmValue: (name: string) => Promise<string>,
): Promise<ParameterValue> {
  const isSecret = String(declaration.NoEcho) === 'true';
  const [, inner] = SSM_TYPE.exec(declaration.Type) ?? [];
  if (inner !== undefined) {
    const resolved = await ssmValue(given);
    return { given, value: LIST_TYPE.test(inner) ? commaSeparated(resolved) : resolved, resolved, isSecret };
  }
  checkAllowed(name, declaration, given);
  return { given, value: LIST_TYPE.test(declaration.Type) ? commaSeparated(given) : given, isSecret };
}

function commaSeparated(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

function checkAllowed(name: string, declaration: ParameterDeclaration, value: string): void {
  const { AllowedValues: allowed, AllowedPattern: pattern, ConstraintDescription: explained } = declaration;
  const refuse = (reason: string) =>
    validationError(
      explained === undefined ? reason : `Parameter ${name} failed to satisfy constraint: ${explained}`,
    );
  if (allowed !== undefined && !allowed.some((one) => String(one) === value)) {
    throw refuse(`Parameter '${name}' must be one of AllowedValues`);
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) {
    throw refuse(`Parameter '${name}' must match pattern ${pattern}`);
  }
  const { MinLength: shortest = 0, MaxLength: longest = Infinity } = declaration;
  if (value.length < Number(shortest) || value.length > Number(longest)) {
    throw refuse(`Parameter '${name}' must contain at least ${shortest} and at most ${longest} characters`);
  }
  if (declaration.Type === 'Number') checkNumber(declaration, value, name, refuse);
}

function checkNumber(
  { MinValue: least = -Infinity, MaxValue: most = Infinity }: ParameterDeclaration,
  value: string,
  name: string,
  refuse: (reason: string) => Error,
): void {
  const number = value.trim() === '' ? NaN : Number(value);
  if (Number.isNaN(number)) throw refuse(`Parameter '${name}' must be a number.`);
  if (number < Number(least)) throw refuse(`Parameter '${name}' must be a number not less than ${least}`);
  if (number > Number(most)) throw refuse(`Parameter '${name}' must be a number not greater than ${most}`);
}
