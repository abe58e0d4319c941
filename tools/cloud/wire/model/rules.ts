import type { Constraint } from './constraints.ts';
import { compilePattern } from './pattern.ts';

/** One rule of a constraint, ready to be asked. */
export interface Rule {
  readonly kind: 'length' | 'range' | 'pattern' | 'enum';
  /** AWS's words for it: `Member must have length greater than or equal to 1`. */
  readonly demand: string;
  /** @param value of the type that the schema says */
  readonly allows: (value: unknown) => boolean;
}

/** The rules of a constraint, in the order in which AWS lists them. */
export function rulesOf({ length, range, pattern, enum: values }: Constraint): readonly Rule[] {
  return [
    ...(length ? boundRules('length', length, lengthOf) : []),
    ...(range ? boundRules('range', range, Number) : []),
    ...(pattern === undefined ? [] : [patternRule(pattern)]),
    ...(values ? [enumRule(values)] : []),
  ];
}

function boundRules(
  kind: 'length' | 'range',
  [least, most]: readonly [number | null, number | null],
  measure: (value: unknown) => number,
): Rule[] {
  const measured = kind === 'length' ? 'length' : 'value';
  const rules: Rule[] = [];
  if (most !== null) {
    const demand = `Member must have ${measured} less than or equal to ${most}`;
    rules.push({ kind, demand, allows: (value) => measure(value) <= most });
  }
  if (least !== null) {
    const demand = `Member must have ${measured} greater than or equal to ${least}`;
    rules.push({ kind, demand, allows: (value) => measure(value) >= least });
  }
  return rules;
}

/** Texts are measured in code points, everything else in what it consists of. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return codePoints(value);
  if (value instanceof Uint8Array || Array.isArray(value)) return value.length;
  return Object.keys(value as object).length;
}

function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; count += 1) i += (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1;
  return count;
}

function patternRule(pattern: string): Rule {
  const expression = compilePattern(pattern);
  return {
    kind: 'pattern',
    demand: `Member must satisfy regular expression pattern: ${pattern}`,
    allows: (value) => expression.test(value as string),
  };
}

function enumRule(values: readonly string[]): Rule {
  const known = new Set<unknown>(values);
  return {
    kind: 'enum',
    demand: `Member must satisfy enum value set: [${values.join(', ')}]`,
    allows: (value) => known.has(value),
  };
}
