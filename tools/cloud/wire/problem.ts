import type { Shape, Slot, StructureShape } from './model/schema.ts';

/** Kinds of rules that an input can break. `type` is the schema's; the others are the constraints'. */
export type RuleKind = 'required' | 'type' | 'length' | 'range' | 'pattern' | 'enum';

/** One thing that is wrong with an input. */
export interface Problem {
  readonly kind: RuleKind;
  /** Where, as AWS writes it: `tags.1.member.key`. '' is the input itself. */
  readonly path: string;
  /** The member that is wrong, or that holds the list or map in which something is; undefined for the input. */
  readonly slot: Slot | undefined;
  readonly shape: Shape;
  readonly value: unknown;
  /** The item of a list, or the key or value of a map, that breaks a rule for all of them. */
  readonly part?: unknown;
  /** What is asked of it: AWS's words, `Member must not be null`, or the type that was expected. */
  readonly demand: string;
}

/**
 * AWS's words for inputs that break the model's constraints:
 * `2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; …`
 *
 * @param hidesValues IAM tells none
 */
export function validationMessage(problems: readonly Problem[], hidesValues = false): string {
  const found = problems.map((problem) => {
    const value = hidesValues ? 'Value' : valueOf(problem);
    return `${value} at '${problem.path}' failed to satisfy constraint: ${problem.demand}`;
  });
  return `${found.length} validation error${found.length > 1 ? 's' : ''} detected: ${found.join('; ')}`;
}

function valueOf({ shape, slot, value }: Problem): string {
  if (value === undefined || value === null) return 'Value null';
  if (slot?.traits.sensitive || shape.kind === 'blob') return 'Value';
  return `Value '${shown(shape, value)}'`;
}

/** A value as Java writes it, in whose words AWS's services repeat it: `[Tag(key=a, value=null)]`. */
export function shown(shape: Shape, value: unknown): string {
  if (value === undefined || value === null) return 'null';
  switch (shape.kind) {
    case 'structure':
      return shownStructure(shape, value as Readonly<Record<string, unknown>>);
    case 'list':
      return `[${(value as unknown[]).map((item) => shown(shape.member.shape, item)).join(', ')}]`;
    case 'map': {
      const { shape: inner } = shape.value;
      return `{${Object.entries(value)
        .map(([key, item]) => `${key}=${shown(inner, item)}`)
        .join(', ')}}`;
    }
    case 'blob':
      return 'java.nio.HeapByteBuffer';
    case 'timestamp':
      return (value as Date).toISOString();
    default:
      if (typeof value === 'string') return value;
      return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
  }
}

function shownStructure(shape: StructureShape, value: Readonly<Record<string, unknown>>): string {
  const members = shape.members.map((slot) => {
    const member = slot.traits.sensitive ? '***' : shown(slot.shape, value[slot.name]);
    return `${lowerFirst(slot.name)}=${member}`;
  });
  return `${shape.name}(${members.join(', ')})`;
}

export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
