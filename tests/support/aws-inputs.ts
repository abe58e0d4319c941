import fc from 'fast-check';
import type { Constraint, ConstraintTable } from '../../tools/cloud/wire/model/constraints.ts';
import { compilePattern } from '../../tools/cloud/wire/model/pattern.ts';
import type { Shape, StructureShape } from '../../tools/cloud/wire/model/schema.ts';

type Members = Readonly<Record<string, unknown>>;

/** Texts that the patterns of AWS's models want, beyond what {@link fc.stringMatching} can make up. */
const TEXTS = [
  'a',
  '1',
  'abc-123',
  'http://a.example',
  'bucket/key',
  'arn:aws:iam::123456789012:role/r',
  'arn:aws:lambda:eu-central-1:123456789012:function:f',
  'arn:aws:lambda:eu-central-1:123456789012:function:f:1/durable-execution/name/id',
  'arn:aws:lambda:eu-central-1:123456789012:layer:l:1',
  'arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-0123456789abcdef0',
  'arn:aws:sqs:eu-central-1:123456789012:q',
  'arn:aws:secretsmanager:eu-central-1:123456789012:secret:s',
  '2026-01-05T00:00:00Z',
];

/** Makes inputs that keep a model and the constraints of a table. */
export class Inputs {
  readonly #table: ConstraintTable;

  constructor(table: ConstraintTable) {
    this.#table = table;
  }

  constraintOf(name: string | undefined): Constraint {
    return (name === undefined ? undefined : this.#table.constraints[name]) ?? {};
  }

  /** The name of a member's constraint. */
  nameOf(shape: StructureShape, member: string): string | undefined {
    return this.#table.structures[shape.name]?.[member];
  }

  /** What a structure requires, and the members given. A union has its first member. */
  structure(shape: StructureShape, given: Members = {}): Members {
    const isChosen = shape.isUnion && Object.keys(given).length === 0;
    const wanted = shape.members.filter(({ isRequired }, i) => isRequired || (isChosen && i === 0));
    const required = wanted.map(({ name, shape: inner }) => [
      name,
      given[name] ?? this.value(inner, this.nameOf(shape, name)),
    ]);
    return { ...(Object.fromEntries(required) as Members), ...given };
  }

  /** The smallest value of a shape that is not empty. @param name of its constraint */
  value(shape: Shape, name?: string): unknown {
    const constraint = this.constraintOf(name);
    const least = Math.max(constraint.length?.[0] ?? 0, 1);
    switch (shape.kind) {
      case 'structure':
        return this.structure(shape);
      case 'list':
        return Array.from({ length: least }, () => this.value(shape.member.shape, constraint.member));
      case 'map':
        return this.#map(shape, constraint, least);
      case 'string':
        return textOf(constraint, least);
      case 'number':
        return numberOf(constraint);
      case 'bigint':
        return BigInt(numberOf(constraint));
      case 'boolean':
        return true;
      case 'timestamp':
        return new Date('2026-01-05T00:00:00Z');
      case 'blob':
        return new Uint8Array(least);
      default:
        return 'x';
    }
  }

  #map(shape: Extract<Shape, { kind: 'map' }>, constraint: Constraint, size: number): Members {
    const key = textOf(this.constraintOf(constraint.key), 1);
    const entries = Array.from({ length: size }, (_, i) => [
      i === 0 ? key : `${key}${i}`,
      this.value(shape.value.shape, constraint.value),
    ]);
    return Object.fromEntries(entries) as Members;
  }
}

function numberOf({ range: [least, most] = [null, null] }: Constraint): number {
  return least ?? Math.min(most ?? 1, 1);
}

function textOf({ enum: values, pattern, length }: Constraint, least: number): string {
  if (values?.[0] !== undefined) return values[0];
  const most = length?.[1] ?? Infinity;
  if (pattern === undefined) return 'x'.repeat(least);
  const expression = compilePattern(pattern);
  const fits = (text: string) => text.length >= least && text.length <= most && expression.test(text);
  const found = [...TEXTS, ...TEXTS.map((text) => text.repeat(least))].find(fits);
  return found ?? madeUp(expression, fits);
}

const made = new Map<string, string>();

function madeUp(expression: RegExp, fits: (text: string) => boolean): string {
  const known = made.get(expression.source);
  if (known !== undefined && fits(known)) return known;
  const [text] = fc.sample(fc.stringMatching(expression).filter(fits), { numRuns: 1, seed: 1 });
  if (text === undefined) throw new Error(`No text for ${expression.source}`);
  made.set(expression.source, text);
  return text;
}
