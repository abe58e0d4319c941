/** Where Lambda puts a function's code. */
const TASK_ROOT = '/var/task';

/**
 * Lets stack traces name a function's files as Lambda does: where they lie unpacked here differs from run to run,
 * and traces end up in logs, in answers and in durable state. What the cloud itself has put between the function and
 * Node, Lambda does not have.
 *
 * @param folder where the code lies unpacked
 */
export function traceFromTaskRoot(folder: string): void {
  const isOwn = (frame: string) => frame.includes(import.meta.dirname);
  const line = (frame: string) => `    at ${frame.replace(folder, TASK_ROOT)}`;
  Error.prepareStackTrace = (error, frames) => {
    const shown = frames.map(String).filter((frame) => !isOwn(frame));
    return [String(error), ...shown.map(line)].join('\n');
  };
}
