import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Value } from '../values.ts';
import { parseValue, validation } from '../values.ts';

/** What a request's expressions take their `#names` and `:values` from. */
export interface PlaceholderInput {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>> | undefined;
}

/** The `#names` and `:values` of one request, and which of them its expressions have used. */
export class Placeholders {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, Value>;
  readonly #unusedNames: Set<string>;
  readonly #unusedValues: Set<string>;

  /** @throws AwsError ValidationException for a placeholder of a wrong form, or a bad value */
  constructor(input: PlaceholderInput) {
    this.#names = new Map(Object.entries(input.ExpressionAttributeNames ?? {}));
    this.#values = new Map(
      Object.entries(input.ExpressionAttributeValues ?? {}).map(([key, value]) => [key, parsed(key, value)]),
    );
    checkKeys('ExpressionAttributeNames', this.#names.keys(), /^#[\w]+$/);
    checkKeys('ExpressionAttributeValues', this.#values.keys(), /^:[\w]+$/);
    this.#unusedNames = new Set(this.#names.keys());
    this.#unusedValues = new Set(this.#values.keys());
  }

  /** @param where  the expression's own name in the request: `ConditionExpression` */
  name(placeholder: string, where: string): string {
    const name = this.#names.get(placeholder);
    if (name === undefined) {
      throw validation(
        `Invalid ${where}: An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
      );
    }
    this.#unusedNames.delete(placeholder);
    return name;
  }

  value(placeholder: string, where: string): Value {
    const value = this.#values.get(placeholder);
    if (value === undefined) {
      throw validation(
        `Invalid ${where}: An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
      );
    }
    this.#unusedValues.delete(placeholder);
    return value;
  }

  /**
   * Refuses placeholders that no expression used; call it after the last expression was parsed.
   *
   * @param hasExpression  whether the request had any expression at all
   */
  checkAllUsed(hasExpression: boolean): void {
    for (const [kind, all, unused] of [
      ['ExpressionAttributeNames', this.#names, this.#unusedNames],
      ['ExpressionAttributeValues', this.#values, this.#unusedValues],
    ] as const) {
      if (all.size > 0 && !hasExpression) {
        throw validation(`${kind} can only be specified when using expressions`);
      }
      if (unused.size > 0) {
        throw validation(
          `Value provided in ${kind} unused in expressions: keys: {${[...unused].join(', ')}}`,
        );
      }
    }
  }
}

function parsed(key: string, value: AttributeValue): Value {
  try {
    return parseValue(value);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw validation(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`);
  }
}

function checkKeys(kind: string, keys: Iterable<string>, form: RegExp): void {
  for (const key of keys) {
    if (!form.test(key)) throw validation(`${kind} contains invalid key: Syntax error; key: "${key}"`);
  }
}
