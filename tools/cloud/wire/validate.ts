import type { Shape } from './model/schema.ts';

/** What is wrong with an input, as far as the schemas can tell. */
export interface Problem {
  /** Where: `MixedInstancesPolicy.LaunchTemplate`; '' is the input itself. */
  readonly path: string;
  /** `missing`, or the kind of value that was expected. */
  readonly expected: string;
}

type Members = Readonly<Record<string, unknown>>;

/** Checks required members and the types of all values. */
export function validate(shape: Shape, value: unknown): readonly Problem[] {
  const problems: Problem[] = [];
  check(shape, value, '', problems);
  return problems;
}

function check(shape: Shape, value: unknown, path: string, problems: Problem[]): void {
  if (value === undefined || value === null) return;
  if (!isOfKind(shape, value)) {
    problems.push({ path, expected: shape.kind });
    return;
  }
  if (shape.kind === 'structure') {
    for (const slot of shape.members) {
      const member = (value as Members)[slot.name];
      const place = path === '' ? slot.name : `${path}.${slot.name}`;
      const isMissing = member === undefined || member === null;
      if (!isMissing) check(slot.shape, member, place, problems);
      else if (slot.isRequired && !slot.traits.idempotencyToken)
        problems.push({ path: place, expected: 'missing' });
    }
  } else if (shape.kind === 'list') {
    const { shape: member } = shape.member;
    (value as unknown[]).forEach((item, i) => {
      check(member, item, `${path}.${i + 1}`, problems);
    });
  } else if (shape.kind === 'map') {
    const { shape: member } = shape.value;
    for (const [key, item] of Object.entries(value)) check(member, item, `${path}.${key}`, problems);
  }
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
      return value instanceof Date;
    case 'blob':
      return value instanceof Uint8Array;
    case 'bigdecimal':
    case 'document':
    case 'unit':
      return true;
  }
}

function isPlain(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  );
}
