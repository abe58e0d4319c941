/** What a function is told by its surroundings: the only place that reads the environment. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Configuration } from '../domain/index.ts';
import { parseFleets } from './fleets.ts';
import type { Problem } from './problems.ts';
import { problemLine, problemsOf } from './problems.ts';

function variable(error: string) {
  return z.string({ error }).min(1, { error });
}

const environmentSchema = z
  .object({
    LAMBDA_TASK_ROOT: variable('Lambda sets it to where the code lies'),
    EVENKEEL_STAGE: variable('give the stage, such as prod'),
    EVENKEEL_TABLE: variable("give the name of the ledger's table"),
    EVENKEEL_OUTBOX_URL: z.url({ error: "give the URL of the outbox's queue" }),
    EVENKEEL_TOPIC_ARN: variable('give the ARN of the SNS topic').startsWith('arn:', {
      error: 'give the ARN of the SNS topic',
    }),
    EVENKEEL_FUNCTION_PREFIX: variable("give what the functions' names begin with, such as evenkeel-prod-"),
  })
  .readonly();

/** What a function knows from its first moment on. */
export interface Runtime {
  readonly stage: string;
  /** Name of the ledger's table. */
  readonly table: string;
  readonly outboxUrl: string;
  readonly topicArn: string;
  /** What the functions' names begin with: `evenkeel-prod-`. */
  readonly functionPrefix: string;
  readonly configuration: Configuration;
}

let known: Runtime | undefined;

/**
 * The environment and the fleets.json beside the code, read once in an execution environment's life.
 *
 * @throws one error that lists all that is wrong
 */
export function runtime(): Runtime {
  known ??= readRuntime(process.env, (path) => readFileSync(path, 'utf8'));
  return known;
}

/** As {@link runtime}, from a given environment and file system, each time anew. */
export function readRuntime(
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): Runtime {
  const variables = environmentSchema.safeParse(environment);
  const fleets = readFleetsBeside(environment.LAMBDA_TASK_ROOT ?? '', readFile);
  if (!variables.success || 'problems' in fleets) {
    const problems = [
      ...(variables.success ? [] : problemsOf(variables.error, environment, environmentSchema)),
      ...('problems' in fleets ? fleets.problems : []),
    ];
    throw new Error(`cannot start:\n${problems.map((problem) => `  ${problemLine(problem)}`).join('\n')}`);
  }
  return deepFrozen({
    stage: variables.data.EVENKEEL_STAGE,
    table: variables.data.EVENKEEL_TABLE,
    outboxUrl: variables.data.EVENKEEL_OUTBOX_URL,
    topicArn: variables.data.EVENKEEL_TOPIC_ARN,
    functionPrefix: variables.data.EVENKEEL_FUNCTION_PREFIX,
    configuration: fleets.configuration,
  });
}

function readFleetsBeside(
  folder: string,
  readFile: (path: string) => string,
): { readonly configuration: Configuration } | { readonly problems: readonly Problem[] } {
  try {
    return parseFleets(JSON.parse(readFile(join(folder, 'fleets.json'))));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problems: [{ path: ['fleets.json'], message: `cannot be read: ${reason}` }] };
  }
}

function deepFrozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.values(value).forEach(deepFrozen);
    Object.freeze(value);
  }
  return value;
}
