/** What stands for a value that only a deployment would know. */
export const UNKNOWN = Symbol('unknown');

/** One resource of a template, with its properties as they are written. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Logical ids that must stand before it. */
  readonly dependsOn: readonly string[];
  readonly updatePolicy: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly resources: ReadonlyMap<string, Resource>;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Values of pseudo parameters that are known: `AWS::Region`. */
  readonly pseudo: Readonly<Record<string, string>>;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
