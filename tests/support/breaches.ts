import { rulesOf } from '../../tools/cloud/wire/model/rules.ts';
import type { Rule } from '../../tools/cloud/wire/model/rules.ts';
import type { Shape, Slot, StructureShape } from '../../tools/cloud/wire/model/schema.ts';
import type { RuleKind } from '../../tools/cloud/wire/problem.ts';
import { lowerFirst } from '../../tools/cloud/wire/problem.ts';
import type { Inputs } from './aws-inputs.ts';

/** An input that keeps its model but for one rule. */
export interface Breach {
  readonly input: unknown;
  readonly kind: RuleKind;
  readonly path: string;
}

/** Puts a value where a site is, with all that is needed around it. */
type Put = (value: unknown) => unknown;

/** Breaks each rule below a structure once. */
export function* breaches(shape: StructureShape, inputs: Inputs): Generator<Breach> {
  yield* inStructure(shape, inputs, '', (value) => value, new Set());
}

function* inStructure(
  shape: StructureShape,
  inputs: Inputs,
  place: string,
  put: Put,
  visited: Set<StructureShape>,
): Generator<Breach> {
  if (visited.has(shape)) return;
  visited.add(shape);
  for (const slot of shape.members) {
    const path = place === '' ? lowerFirst(slot.name) : `${place}.${lowerFirst(slot.name)}`;
    const putMember: Put = (value) => put(inputs.structure(shape, { [slot.name]: value }));
    if (slot.isRequired && !slot.traits.idempotencyToken) {
      const { [slot.name]: _, ...others } = inputs.structure(shape);
      yield { input: put(others), kind: 'required', path };
    }
    yield* inMember(slot, inputs.nameOf(shape, slot.name), inputs, path, putMember);
    yield* below(slot.shape, inputs.nameOf(shape, slot.name), inputs, path, putMember, visited);
  }
}

function* inMember(
  slot: Slot,
  name: string | undefined,
  inputs: Inputs,
  path: string,
  put: Put,
): Generator<Breach> {
  const { shape } = slot;
  yield { input: put(shape.kind === 'string' ? 7 : 'text'), kind: 'type', path };
  const constraint = inputs.constraintOf(name);
  if (constraint.integer !== undefined && shape.kind === 'number') {
    yield { input: put(1.5), kind: 'type', path };
    yield { input: put(2 ** (constraint.integer - 1)), kind: 'type', path };
  }
  const broken = (rule: Rule) => breaking(rule, inputs.value(shape, name));
  for (const rule of rulesOf(constraint)) {
    for (const input of broken(rule)) yield { input: put(input), kind: rule.kind, path };
  }
  const { member, key, value } = constraint;
  if (shape.kind === 'list' && inputs.constraintOf(member).integer !== undefined) {
    yield { input: put([1.5]), kind: 'type', path: `${path}.1.member` };
  }
  if (shape.kind === 'list') yield* inParts(shape.member.shape, member, (part) => [part]);
  if (shape.kind === 'map') {
    yield* inParts(shape.key.shape, key, (part) => ({
      [String(part)]: inputs.value(shape.value.shape, value),
    }));
    yield* inParts(shape.value.shape, value, (part) => ({ [firstKey()]: part }));
  }

  function* inParts(part: Shape, partName: string | undefined, wrap: Put): Generator<Breach> {
    for (const rule of rulesOf(inputs.constraintOf(partName))) {
      for (const item of breaking(rule, inputs.value(part, partName))) {
        yield { input: put(wrap(item)), kind: rule.kind, path };
      }
    }
  }
  function firstKey(): string {
    return Object.keys(inputs.value(shape, name) as object)[0] ?? 'key';
  }
}

function* below(
  shape: Shape,
  name: string | undefined,
  inputs: Inputs,
  path: string,
  put: Put,
  visited: Set<StructureShape>,
): Generator<Breach> {
  if (shape.kind === 'structure') yield* inStructure(shape, inputs, path, put, visited);
  if (shape.kind === 'list') {
    const [, ...others] = inputs.value(shape, name) as unknown[];
    const putItem: Put = (value) => put([value, ...others]);
    yield* below(
      shape.member.shape,
      inputs.constraintOf(name).member,
      inputs,
      `${path}.1.member`,
      putItem,
      visited,
    );
  }
  if (shape.kind === 'map') {
    const [[key] = [''], ...others] = Object.entries(inputs.value(shape, name) as object);
    const putItem: Put = (value) => put(Object.fromEntries([[key, value], ...others]));
    yield* below(
      shape.value.shape,
      inputs.constraintOf(name).value,
      inputs,
      `${path}.${key}.member`,
      putItem,
      visited,
    );
  }
}

/** Texts of which hardly a pattern takes all. */
const ODD_TEXTS = ['\u0000', '\n', '!', '~^|', 'é', ' ', '[', '', 'a', '-', '.', ':', '€', '😀', '\u0007'];

/** Values that differ from a good one in this rule. None for a pattern that takes anything. */
function breaking({ kind, demand, allows }: Rule, good: unknown): unknown[] {
  const bound = Number(/\d+(\.\d+)?$/.exec(demand)?.[0]) * (/-\d+(\.\d+)?$/.test(demand) ? -1 : 1);
  const isMost = demand.includes('less than');
  switch (kind) {
    case 'enum':
      return ['no-such-value'];
    case 'pattern':
      return [...ODD_TEXTS.map((text) => String(good).slice(0, -1) + text), ...ODD_TEXTS]
        .filter((text) => !allows(text))
        .slice(0, 1);
    case 'range': {
      const value = isMost ? bound + 1 : bound - 1;
      return [typeof good === 'bigint' ? BigInt(value) : value];
    }
    case 'length':
      return isMost || bound > 0 ? [resized(good, isMost ? bound + 1 : bound - 1)] : [];
  }
}

function resized(good: unknown, length: number): unknown {
  if (typeof good === 'string') return 'x'.repeat(length);
  if (good instanceof Uint8Array) return new Uint8Array(length);
  if (Array.isArray(good)) return Array.from({ length }, () => good[0] as unknown);
  const [[key, value] = ['', undefined]] = Object.entries(good as object);
  return Object.fromEntries(
    Array.from({ length }, (_, i) => [`${key}${i === 0 ? '' : i}`, value as unknown]),
  );
}

/** `Structure.Member` of all structures that an input can hold. */
export function membersOf(shape: Shape, visited = new Set<Shape>()): string[] {
  if (visited.has(shape)) return [];
  visited.add(shape);
  switch (shape.kind) {
    case 'structure':
      return shape.members.flatMap((slot) => [
        `${shape.name}.${slot.name}`,
        ...membersOf(slot.shape, visited),
      ]);
    case 'list':
      return membersOf(shape.member.shape, visited);
    case 'map':
      return membersOf(shape.value.shape, visited);
    default:
      return [];
  }
}
