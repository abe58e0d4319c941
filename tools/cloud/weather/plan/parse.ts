import { readFile } from 'node:fs/promises';
import { PlanError, problemsOf } from './problems.ts';
import type { Entry, Plan, PlanInput } from './schema.ts';
import { entrySchema, planSchema } from './schema.ts';

/** @throws PlanError */
export function parsePlan(plan: unknown): Plan {
  const parsed = planSchema.safeParse(plan);
  if (!parsed.success) throw new PlanError(problemsOf(parsed.error, plan));
  return parsed.data;
}

/** @throws PlanError */
export function parseEntry(entry: unknown): Entry {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) throw new PlanError(problemsOf(parsed.error, entry, 'entry'));
  return parsed.data;
}

/** Reads a plan from a JSON file and checks it. @throws PlanError naming the file */
export async function readPlan(file: string): Promise<PlanInput> {
  try {
    const plan = parseJson(await readFile(file, 'utf8'));
    parsePlan(plan);
    return plan as PlanInput;
  } catch (error) {
    throw new PlanError(reasonOf(error).map((reason) => `${file}: ${reason}`));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PlanError([`is not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

function reasonOf(error: unknown): string[] {
  if (error instanceof PlanError) return error.message.split('\n');
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return [code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`];
}
