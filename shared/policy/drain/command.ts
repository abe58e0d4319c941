/** How the fleet's command on the instance is getting on. `none`: there is none, or it could not be sent. */
export type CommandProgress = 'none' | 'running' | 'succeeded' | 'failed';

/** The fleet's command on a draining instance, and what became of it. */
export interface DrainCommand {
  readonly progress: CommandProgress;
  readonly id?: string;
  readonly exitCode?: number;
  /** The end of what it wrote. */
  readonly output?: string;
  /** What is worth telling: its failure. */
  readonly note?: string;
}

/** What Systems Manager says of a command. */
type Result =
  | { readonly status: 'running' }
  | { readonly status: 'succeeded'; readonly output: string }
  | { readonly status: 'failed'; readonly exitCode: number; readonly output: string }
  | { readonly status: 'unreachable'; readonly reason: string };

/** @param id of the command once it is sent; null when it cannot be, undefined when there is none */
export function commandAtStart(id: string | null | undefined): DrainCommand {
  if (id === undefined) return { progress: 'none' };
  if (id !== null) return { progress: 'running', id };
  return { progress: 'none', note: 'Its drain command could not be run: it does not take commands.' };
}

/** A command that fails does not hold the drain up; it is told. */
export function commandAfter(command: DrainCommand, result: Result): DrainCommand {
  switch (result.status) {
    case 'running':
      return command;
    case 'succeeded':
      return { ...command, progress: 'succeeded', exitCode: 0, output: result.output };
    case 'failed': {
      const { exitCode, output } = result;
      const note = `Its drain command exited with ${exitCode}.`;
      return { ...command, progress: 'failed', exitCode, output, note };
    }
    case 'unreachable':
      return { ...command, progress: 'failed', note: `Its drain command was lost: ${result.reason}.` };
  }
}
