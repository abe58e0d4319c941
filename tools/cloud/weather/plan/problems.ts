import type * as z from 'zod';

/** What is wrong with a plan, a line for each fault: `entries[2].probability: 1.5 is wrong: write a number from 0 to 1`. */
export class PlanError extends Error {
  override readonly name = 'PlanError';

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Says in a line each what a schema found wrong: the field, the value that is there, and the mend. */
export function problemsOf(error: z.ZodError, value: unknown, root = ''): string[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys')
      return [`${placeOf(root, issue.path)}: ${wrong(valueAt(value, issue.path), issue.message)}`];
    return issue.keys.map((key) => {
      const given = JSON.stringify(valueAt(value, [...issue.path, key]));
      return `${placeOf(root, [...issue.path, key])}: ${given} has no place here: take it out, or see docs/local-cloud.md for what there is`;
    });
  });
}

function wrong(value: unknown, mend: string): string {
  return value === undefined ? `is missing: ${mend}` : `${JSON.stringify(value)} is wrong: ${mend}`;
}

/** `entries[2].target.service` */
function placeOf(root: string, path: readonly PropertyKey[]): string {
  const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return `${root}${place}`.replace(/^\./, '') || 'the plan';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (within, key) =>
      typeof within === 'object' && within !== null
        ? (within as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    value,
  );
}
