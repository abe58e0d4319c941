import type { Shape, StructureShape } from './model/schema.ts';

/** What is wrong with an input, as far as the schemas can tell. */
export interface Problem {
  /** Where: `mixedInstancesPolicy.launchTemplate`; '' is the input itself. */
  readonly path: string;
  /** `missing`, or the kind of value that was expected. */
  readonly expected: string;
}

/** Checks required members and the types of all values. */
export function validate(shape: Shape, value: unknown): readonly Problem[] {
  const problems: Problem[] = [];
  if (value !== undefined && value !== null) check(shape, value, '', problems);
  return problems;
}

function check(shape: Shape, value: unknown, path: string, problems: Problem[]): void {
  switch (shape.kind) {
    case 'structure':
      return isPlain(value) ? checkMembers(shape, value, path, problems) : wrong(path, 'structure', problems);
    case 'list':
      return Array.isArray(value)
        ? value.forEach((item, i) => checkPresent(shape.member.shape, item, `${path}.${i + 1}`, problems))
        : wrong(path, 'list', problems);
    case 'map':
      return isPlain(value)
        ? Object.entries(value).forEach(([key, item]) =>
            checkPresent(shape.value.shape, item, `${path}.${key}`, problems),
          )
        : wrong(path, 'map', problems);
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value === shape.kind ? undefined : wrong(path, shape.kind, problems);
    case 'timestamp':
      return value instanceof Date ? undefined : wrong(path, 'timestamp', problems);
    case 'blob':
      return value instanceof Uint8Array ? undefined : wrong(path, 'blob', problems);
    default:
  }
}

function checkPresent(shape: Shape, value: unknown, path: string, problems: Problem[]): void {
  if (value !== undefined && value !== null) check(shape, value, path, problems);
}

type Members = Readonly<Record<string, unknown>>;

function checkMembers(shape: StructureShape, value: Members, path: string, problems: Problem[]): void {
  for (const slot of shape.members) {
    const member = value[slot.name];
    const place = path === '' ? slot.name : `${path}.${slot.name}`;
    if (member !== undefined && member !== null) check(slot.shape, member, place, problems);
    else if (slot.isRequired && !slot.traits.idempotencyToken) wrong(place, 'missing', problems);
  }
}

function wrong(path: string, expected: string, problems: Problem[]): void {
  problems.push({ path, expected });
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
