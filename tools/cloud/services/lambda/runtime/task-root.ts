/** Where Lambda puts a function's code. */
const TASK_ROOT = '/var/task';

/**
 * Lets stack traces name a function's files as Lambda does: where they lie unpacked here differs from run to run,
 * and traces end up in logs, in answers and in durable state.
 *
 * @param folder where the code lies unpacked
 */
export function traceFromTaskRoot(folder: string): void {
  const line = (frame: unknown) => `    at ${String(frame).replace(folder, TASK_ROOT)}`;
  Error.prepareStackTrace = (error, frames) => [String(error), ...frames.map(line)].join('\n');
}
