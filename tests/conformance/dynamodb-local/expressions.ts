import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Draw } from './draw.ts';

/** The names and values that an operation's expressions refer to. */
export class Placeholders {
  readonly #names = new Map<string, string>();
  readonly #values: AttributeValue[] = [];

  name(attribute: string): string {
    const placeholder = `#${attribute}`;
    this.#names.set(placeholder, attribute);
    return placeholder;
  }

  value(value: AttributeValue): string {
    return `:v${this.#values.push(value)}`;
  }

  /** As an operation's input takes them: without what is empty. */
  get input(): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Record<string, AttributeValue>;
  } {
    const values = this.#values.map((value, i) => [`:v${i + 1}`, value] as const);
    return {
      ...(this.#names.size > 0 && { ExpressionAttributeNames: Object.fromEntries(this.#names) }),
      ...(values.length > 0 && { ExpressionAttributeValues: Object.fromEntries(values) }),
    };
  }
}

const NUMBERS = [
  '0',
  '1',
  '-1',
  '2',
  '10',
  '1.5',
  '0.1',
  '100',
  '99999999999999999999999999999999999999',
] as const;

export function scalar(draw: Draw): AttributeValue {
  return draw.from<AttributeValue>(
    () => ({ S: draw.of('', 'a', 'ab', 'abc', 'b', 'ä') }),
    () => ({ N: draw.of(...NUMBERS) }),
    () => ({ BOOL: draw.of(true, false) }),
    () => ({ NULL: true }),
    () => ({ B: Uint8Array.from(draw.of([], [1], [1, 2], [255])) }),
  );
}

export function anyValue(draw: Draw): AttributeValue {
  return draw.from<AttributeValue>(
    () => scalar(draw),
    () => scalar(draw),
    () => ({ L: draw.some(0, 3, () => scalar(draw)) }),
    () => ({ M: { x: scalar(draw), y: scalar(draw) } }),
    () => ({ SS: draw.of(['a'], ['a', 'b'], ['c']) }),
    () => ({ NS: draw.of(['1'], ['1', '2'], ['3']) }),
  );
}

/** A path of an item of this suite: of any type, or absent. */
export function path(draw: Draw, on: Placeholders): string {
  const root = () =>
    draw.from(
      () => draw.of('n', 's', 'l', 'm', 'ss', 'ns', 'gone'),
      () => on.name(draw.of('n', 's', 'm')),
    );
  return draw.from(
    root,
    root,
    root,
    () => `l[${draw.below(3)}]`,
    () => `m.${draw.of('x', 'y', 'z')}`,
    () => 'm.x.y',
    () => 'pk',
    () => 'sk',
  );
}

const TYPES = ['S', 'N', 'B', 'BOOL', 'NULL', 'L', 'M', 'SS', 'NS', 'BS'] as const;

export function condition(draw: Draw, on: Placeholders, depth = 2): string {
  const at = () => path(draw, on);
  const value = () => on.value(anyValue(draw));
  const operand = () => draw.from(at, value, value, () => `size(${at()})`);
  const below = () => condition(draw, on, depth - 1);
  const compared = () => `${at()} ${draw.of('=', '<>', '<', '<=', '>', '>=')} ${operand()}`;
  const simple = [
    compared,
    compared,
    () => `${operand()} = ${at()}`,
    () => `attribute_exists(${at()})`,
    () => `attribute_not_exists(${at()})`,
    () => `attribute_type(${at()}, ${on.value({ S: draw.of(...TYPES) })})`,
    () => `begins_with(${at()}, ${value()})`,
    () => `contains(${at()}, ${operand()})`,
    () => `${at()} BETWEEN ${operand()} AND ${operand()}`,
    () => `${at()} IN (${draw.some(1, 3, operand).join(', ')})`,
    () => `size(${at()}) > ${on.value({ N: draw.of('0', '1', '2') })}`,
  ] as const;
  if (depth === 0) return draw.from(...simple);
  return draw.from(
    ...simple,
    () => `${below()} AND ${below()}`,
    () => `${below()} OR ${below()}`,
    () => `NOT ${below()}`,
    () => `(${below()}) AND (${below()})`,
  );
}

export function update(draw: Draw, on: Placeholders): string {
  const at = () => path(draw, on);
  const value = () => on.value(anyValue(draw));
  const operand = () => draw.from(at, value, value);
  const assigned = () =>
    draw.from(
      value,
      value,
      at,
      () => `${operand()} ${draw.of('+', '-')} ${operand()}`,
      () => `n + ${on.value({ N: draw.of(...NUMBERS) })}`,
      () => `if_not_exists(${at()}, ${operand()})`,
      () => `list_append(${operand()}, ${operand()})`,
      () => `list_append(l, ${on.value({ L: [scalar(draw)] })})`,
    );
  const clauses = [
    () => `SET ${draw.some(1, 2, () => `${at()} = ${assigned()}`).join(', ')}`,
    () => `REMOVE ${draw.some(1, 2, at).join(', ')}`,
    () => `ADD ${draw.of('n', 'ss', 'ns', 'gone', 'm.x')} ${value()}`,
    () => `DELETE ${draw.of('ss', 'ns', 'gone', 's')} ${value()}`,
  ] as const;
  return draw.some(1, 2, () => draw.from(...clauses)).join(' ');
}

export function projection(draw: Draw, on: Placeholders): string {
  return draw.some(1, 3, () => path(draw, on)).join(', ');
}
