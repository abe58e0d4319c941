import * as z from 'zod';
import { didYouMean } from './did-you-mean.ts';

/** One thing that is wrong in a configuration, with how to mend it. */
export interface Problem {
  /** Where: `['fleets', 'web', 'scaling', 'tolerance']`. */
  readonly path: readonly (string | number)[];
  /** What is there and how to mend it, in one line. */
  readonly message: string;
}

/** `fleets.web.scaling.tolerance: "ten" is wrong: write a percentage …` */
export function problemLine({ path, message }: Problem): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

/** All that a schema found wrong in a value, in the words of the schema's own errors. */
export function problemsOf(error: z.ZodError, value: unknown, schema: z.ZodType): Problem[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, path, schema);
    if (issue.code === 'invalid_key') return [{ path, message: issue.issues[0]?.message ?? issue.message }];
    return [{ path, message: wrongValue(valueAt(value, path), issue.message) }];
  });
}

function wrongValue(value: unknown, mend: string): string {
  if (value === undefined) return `is missing: ${mend}`;
  if (typeof value === 'object' && value !== null) return mend;
  return `${JSON.stringify(value)} is wrong: ${mend}`;
}

function unknownKeys(
  keys: readonly string[],
  path: readonly (string | number)[],
  schema: z.ZodType,
): Problem[] {
  const known = knownKeys(schema, path);
  return keys.map((key) => {
    const meant = didYouMean(key, known);
    const mend = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`;
    return { path: [...path, key], message: `unknown key: ${mend}` };
  });
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((within, key) => fieldOf(within, key), value);
}

function fieldOf(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Record<string | number, unknown>)[key];
}

/** The keys that an object at a path of the schema may have. */
function knownKeys(schema: z.ZodType, path: readonly (string | number)[]): string[] {
  const root: unknown = z.toJSONSchema(schema, { io: 'input' });
  const at = path.reduce<unknown>((within, key) => partOf(asObject(within), key), root);
  return Object.keys(fieldOf(asObject(at), 'properties') ?? {});
}

function partOf(within: unknown, key: string | number): unknown {
  if (typeof key === 'number') return fieldOf(within, 'items');
  return fieldOf(fieldOf(within, 'properties'), key) ?? fieldOf(within, 'additionalProperties');
}

/** Of a choice, that which is an object. */
function asObject(schema: unknown): unknown {
  const choices = fieldOf(schema, 'anyOf');
  if (!Array.isArray(choices)) return schema;
  return choices.find((choice: unknown) => fieldOf(choice, 'properties') !== undefined) ?? schema;
}
