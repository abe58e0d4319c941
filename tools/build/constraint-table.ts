import { isDeepStrictEqual } from 'node:util';
import type { Constraint, ConstraintTable } from '../cloud/wire/model/constraints.ts';
import { compilePattern } from '../cloud/wire/model/pattern.ts';
import type { Shape, StructureShape } from '../cloud/wire/model/schema.ts';
import type { ServiceModel } from '../cloud/wire/model/service-model.ts';
import { NOT_ENFORCED } from './constraint-exceptions.ts';

interface ShapeRef {
  readonly shape: string;
}

/** A shape of a botocore model, as far as constraints go. */
interface BotocoreShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, ShapeRef>>;
  readonly member?: ShapeRef;
  readonly key?: ShapeRef;
  readonly value?: ShapeRef;
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
}

/** `service-2.json` of botocore. */
export interface BotocoreModel {
  readonly operations: Readonly<Record<string, { readonly input?: ShapeRef }>>;
  readonly shapes: Readonly<Record<string, BotocoreShape>>;
}

/**
 * Picks out of botocore's model what it demands of the inputs of some operations. The SDK's schemas have no names
 * for simple shapes, lists and maps, so constraints hang on the members of structures, which have the same names
 * in both.
 *
 * @param source what the table says of where it is from
 * @throws Error where the two models do not fit together, or a pattern cannot be had in JavaScript
 */
export function constraintTableOf(
  model: ServiceModel,
  botocore: BotocoreModel,
  operations: readonly string[],
  source: string,
): ConstraintTable {
  const collector = new Collector(model.id, botocore);
  for (const name of operations) {
    const input = model.operations.get(name)?.input;
    const shape = botocore.operations[name]?.input?.shape;
    if (input?.kind === 'structure' && shape !== undefined) collector.visit(input, shape);
  }
  return { source, operations, ...collector.collected() };
}

class Collector {
  readonly #service: string;
  readonly #botocore: BotocoreModel;
  readonly #structures = new Map<string, Readonly<Record<string, string>>>();
  readonly #constraints = new Map<string, Constraint>();

  constructor(service: string, botocore: BotocoreModel) {
    this.#service = service;
    this.#botocore = botocore;
  }

  visit(shape: Shape, name: string): void {
    const { members = {}, member, value } = this.#shape(name);
    if (shape.kind === 'structure') this.#visitStructure(shape, name, members);
    else if (shape.kind === 'list' && member) this.visit(shape.member.shape, member.shape);
    else if (shape.kind === 'map' && value) this.visit(shape.value.shape, value.shape);
  }

  collected(): Pick<ConstraintTable, 'structures' | 'constraints'> {
    const constrained = [...this.#structures].filter(([, members]) => Object.keys(members).length > 0);
    return { structures: sorted(constrained), constraints: sorted([...this.#constraints]) };
  }

  #visitStructure(shape: StructureShape, name: string, members: Readonly<Record<string, ShapeRef>>): void {
    if (shape.name !== name) throw new Error(`${this.#service}: ${shape.name} is ${name} in botocore`);
    if (this.#structures.has(name)) return;
    // Entered before its members are visited: structures refer to one another in circles.
    const constrained: Record<string, string> = {};
    this.#structures.set(name, constrained);
    for (const slot of shape.members) {
      const inner = members[slot.name]?.shape;
      if (inner === undefined) continue;
      this.visit(slot.shape, inner);
      const constraint = isSameKind(slot.shape, this.#shape(inner)) ? this.#constraint(inner) : undefined;
      if (constraint !== undefined) constrained[slot.name] = constraint;
    }
  }

  /** The name of a shape's constraint, undefined if it has none. */
  #constraint(name: string): string | undefined {
    const constraint = this.#constraintOf(name);
    if (Object.keys(constraint).length === 0) return undefined;
    const known = this.#constraints.get(name);
    if (known !== undefined && !isDeepStrictEqual(known, constraint))
      throw new Error(`${name} is two things`);
    this.#constraints.set(name, constraint);
    return name;
  }

  #constraintOf(name: string): Constraint {
    const shape = this.#shape(name);
    const { type, member, key, value } = shape;
    if (type === 'structure') return {};
    const own = type === 'integer' || type === 'long' ? integerOf(shape) : boundsOf(shape);
    const exempt = NOT_ENFORCED[this.#service]?.[name]?.rules ?? [];
    // Throws for what we could not enforce.
    if (shape.pattern !== undefined && !exempt.includes('pattern')) compilePattern(shape.pattern);
    const parts = {
      ...Object.fromEntries(Object.entries(own).filter(([rule]) => !exempt.some((free) => free === rule))),
      member: member && this.#constraint(member.shape),
      key: key && this.#constraint(key.shape),
      value: value && this.#constraint(value.shape),
    };
    return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
  }

  #shape(name: string): BotocoreShape {
    const shape = this.#botocore.shapes[name];
    if (shape === undefined) throw new Error(`${this.#service}: botocore has no shape ${name}`);
    return shape;
  }
}

function integerOf({ type, min, max }: BotocoreShape): Constraint {
  return {
    integer: type === 'integer' ? 32 : 64,
    ...((min ?? max) !== undefined && { range: [min ?? null, max ?? null] as const }),
  };
}

function boundsOf({ type, min, max, pattern, enum: values }: BotocoreShape): Constraint {
  const bounds = (min ?? max) === undefined ? undefined : ([min ?? null, max ?? null] as const);
  const isNumber = type === 'float' || type === 'double';
  return {
    ...(bounds && (isNumber ? { range: bounds } : { length: bounds })),
    ...(pattern !== undefined && { pattern }),
    ...(values && { enum: values }),
  };
}

/** S3's `Expires` is a date to the SDK and a text to botocore. */
function isSameKind(shape: Shape, { type }: BotocoreShape): boolean {
  const isNumber = shape.kind === 'number' || shape.kind === 'bigint';
  if (isNumber) return ['integer', 'long', 'float', 'double'].includes(type);
  return shape.kind === type;
}

function sorted<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
