import type { Constraint, ConstraintTable } from './model/constraints.ts';
import { constraintTable } from './model/constraints.ts';
import type { Rule } from './model/rules.ts';
import { rulesOf } from './model/rules.ts';
import type { Shape, Slot, StructureShape } from './model/schema.ts';
import type { Problem } from './problem.ts';
import { lowerFirst } from './problem.ts';

type Members = Readonly<Record<string, unknown>>;

/** Finds what is wrong with the value of one member, below it included. */
type Check = (value: unknown, path: string, found: Problem[]) => void;

interface MemberCheck {
  readonly slot: Slot;
  /** The member's name in paths. */
  readonly place: string;
  readonly check: Check;
}

interface Constrained {
  readonly constraint: Constraint;
  readonly rules: readonly Rule[];
}

/** What is asked of the items of a list, or of the keys or values of a map. */
interface Parts {
  readonly shape: Shape;
  readonly rules: readonly Rule[];
  /** What AWS begins with: `Map keys must`. */
  readonly words: string;
}

const UNCONSTRAINED: Constrained = { constraint: {}, rules: [] };

/**
 * Checks inputs of one service: required members, types, and the constraints of its table, if it has one. A structure
 * is compiled when it is first met.
 */
export class Validator {
  readonly #table: ConstraintTable | undefined;
  readonly #structures = new WeakMap<StructureShape, readonly MemberCheck[]>();
  readonly #constrained = new Map<string, Constrained>();

  constructor(table?: ConstraintTable) {
    this.#table = table;
  }

  /** What is wrong with an input, in the order of the model's members. */
  problems(input: StructureShape, value: unknown): readonly Problem[] {
    const found: Problem[] = [];
    if (isPlain(value)) this.#checkMembers(input, value, '', found);
    else found.push({ kind: 'type', path: '', slot: undefined, shape: input, value, demand: input.kind });
    return found;
  }

  #checkMembers(shape: StructureShape, value: Members, path: string, found: Problem[]): void {
    for (const { slot, place, check } of this.#membersOf(shape)) {
      const member = value[slot.name];
      const isMissing = member === undefined || member === null;
      if (isMissing && (!slot.isRequired || slot.traits.idempotencyToken)) continue;
      const at = path === '' ? place : `${path}.${place}`;
      if (isMissing) found.push(missing(slot, at));
      else check(member, at, found);
    }
  }

  #membersOf(shape: StructureShape): readonly MemberCheck[] {
    const known = this.#structures.get(shape);
    if (known !== undefined) return known;
    const names = this.#table?.structures[shape.name] ?? {};
    const members = shape.members.map((slot) => ({
      slot,
      place: lowerFirst(slot.name),
      check: this.#checkOf(slot, slot.shape, names[slot.name]),
    }));
    this.#structures.set(shape, members);
    return members;
  }

  /** @param name of the constraint, if there is one */
  #checkOf(slot: Slot, shape: Shape, name: string | undefined): Check {
    const constrained = this.#constrainedBy(name);
    const { rules, constraint } = constrained;
    const inner = this.#innerCheck(slot, shape, constraint);
    return (value, path, found) => {
      const expected = mistaken(shape, constraint, value);
      if (expected !== undefined) {
        found.push({ kind: 'type', path, slot, shape, value, demand: expected });
      } else {
        for (const { kind, demand, allows } of rules) {
          if (!allows(value)) found.push({ kind, path, slot, shape, value, demand });
        }
        inner?.(value, path, found);
      }
    };
  }

  /** Checks what a value consists of. */
  #innerCheck(slot: Slot, shape: Shape, constraint: Constraint): Check | undefined {
    if (shape.kind === 'structure') {
      return (value, path, found) => this.#checkMembers(shape, value as Members, path, found);
    }
    if (shape.kind === 'list') return this.#listCheck(slot, shape, constraint);
    if (shape.kind === 'map') return this.#mapCheck(slot, shape, constraint);
    return undefined;
  }

  #listCheck(slot: Slot, list: Extract<Shape, { kind: 'list' }>, constraint: Constraint): Check {
    const items = this.#parts(list.member.shape, constraint.member, 'Member must');
    const check = this.#partCheck(slot, list.member.shape, constraint.member);
    return (value, path, found) => {
      refuseParts(items, value as readonly unknown[], { slot, shape: list, value, path }, found);
      (value as readonly unknown[]).forEach((item, i) => check(item, `${path}.${i + 1}.member`, found));
    };
  }

  #mapCheck(slot: Slot, map: Extract<Shape, { kind: 'map' }>, constraint: Constraint): Check {
    const keys = this.#parts(map.key.shape, constraint.key, 'Map keys must');
    const values = this.#parts(map.value.shape, constraint.value, 'Map value must');
    const check = this.#partCheck(slot, map.value.shape, constraint.value);
    return (value, path, found) => {
      const place = { slot, shape: map, value, path };
      const entries = Object.entries(value as Members);
      refuseParts(keys, Object.keys(value as Members), place, found);
      refuseParts(values, Object.values(value as Members), place, found);
      for (const [key, item] of entries) check(item, `${path}.${key}.member`, found);
    };
  }

  #parts(shape: Shape, name: string | undefined, words: string): Parts {
    return { shape, rules: this.#constrainedBy(name).rules, words };
  }

  /** Items and values break the rules of their own as a part of what holds them; the rest is checked where it is. */
  #partCheck(slot: Slot, shape: Shape, name: string | undefined): Check {
    const { constraint } = this.#constrainedBy(name);
    const inner = this.#innerCheck(slot, shape, constraint);
    return (value, path, found) => {
      if (value === undefined || value === null) return;
      const expected = mistaken(shape, constraint, value);
      if (expected === undefined) inner?.(value, path, found);
      else found.push({ kind: 'type', path, slot, shape, value, demand: expected });
    };
  }

  #constrainedBy(name: string | undefined): Constrained {
    if (name === undefined) return UNCONSTRAINED;
    const known = this.#constrained.get(name);
    if (known !== undefined) return known;
    const constraint = this.#table?.constraints[name] ?? {};
    const constrained = { constraint, rules: rulesOf(constraint) };
    this.#constrained.set(name, constrained);
    return constrained;
  }
}

function missing(slot: Slot, path: string): Problem {
  const demand = 'Member must not be null';
  return { kind: 'required', path, slot, shape: slot.shape, value: undefined, demand };
}

/** Refuses all items of a list or map at once: `Member must satisfy constraint: [Member must have length …, …]`. */
function refuseParts(
  { shape, rules, words }: Parts,
  parts: readonly unknown[],
  place: Omit<Problem, 'kind' | 'demand'>,
  found: Problem[],
): void {
  for (const { kind, allows } of rules) {
    const part = parts.find((one) => isOfKind(shape, one) && !allows(one));
    if (part === undefined) continue;
    const demand = `${words} satisfy constraint: [${rules.map((rule) => rule.demand).join(', ')}]`;
    found.push({ kind, ...place, part, demand });
    return;
  }
}

/** The type that a value should have been of, undefined if it is. */
function mistaken(shape: Shape, { integer }: Constraint, value: unknown): string | undefined {
  if (!isOfKind(shape, value)) return shape.kind;
  return integer !== undefined && !isInteger(value, integer) ? 'integer' : undefined;
}

function isOfKind(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case 'structure':
    case 'map':
      return isPlain(value);
    case 'list':
      return Array.isArray(value);
    case 'string':
    case 'boolean':
    case 'number':
    case 'bigint':
      return typeof value === shape.kind;
    case 'timestamp':
      return value instanceof Date && !Number.isNaN(value.getTime());
    case 'blob':
      return value instanceof Uint8Array;
    case 'bigdecimal':
    case 'document':
    case 'unit':
      return true;
  }
}

function isPlain(value: unknown): value is Members {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  );
}

/** A long comes as a number where the SDK has it so; beyond 2^53 that is no longer exact, and still a long. */
function isInteger(value: unknown, bits: 32 | 64): boolean {
  if (typeof value === 'bigint') return BigInt.asIntN(bits, value) === value;
  return Number.isInteger(value) && Math.abs(Number(value) + 0.5) < 2 ** (bits - 1);
}

const validators = new Map<string, Validator>();

/** The validator of a service with AWS's constraints, made once a process. */
export function validatorOf(client: string): Validator {
  const known = validators.get(client) ?? new Validator(constraintTable(client));
  validators.set(client, known);
  return known;
}
