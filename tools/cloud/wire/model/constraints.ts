import { createRequire } from 'node:module';

/** What AWS's own model demands of a value beyond its type. Bounds are inclusive, null where there is none. */
export interface Constraint {
  /** Of a string in code points, of bytes, or of a list or map in items. */
  readonly length?: readonly [number | null, number | null];
  readonly range?: readonly [number | null, number | null];
  /** In Java's syntax; the whole value must match. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Bits of an integer; fractions and what exceeds it are not of the type. */
  readonly integer?: 32 | 64;
  /** Names of the constraints of a list's items, and of a map's keys and values. */
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
}

/** One service's constraints: those of the inputs of the operations that the cloud answers. */
export interface ConstraintTable {
  /** Where they are from. */
  readonly source: string;
  readonly operations: readonly string[];
  /** By structure and member, the name of a constraint. */
  readonly structures: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly constraints: Readonly<Record<string, Constraint>>;
}

const load = createRequire(import.meta.url);

/**
 * Reads a service's table, which `npm run constraints` writes.
 *
 * @param client package of the SDK client: `@aws-sdk/client-auto-scaling`
 */
export function constraintTable(client: string): ConstraintTable {
  return load(`./constraints/${tableName(client)}.json`) as ConstraintTable;
}

/** `@aws-sdk/client-auto-scaling` → `auto-scaling` */
export function tableName(client: string): string {
  return client.replace('@aws-sdk/client-', '');
}
