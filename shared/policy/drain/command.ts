/**
 * How the fleet's command on the instance is getting on. `none`: there is none, or the instance takes none; `unsent`: it
 * is still to be sent.
 */
export type CommandProgress = 'none' | 'unsent' | 'running' | 'succeeded' | 'failed';

/** The fleet's command on a draining instance, and what became of it. */
export interface DrainCommand {
  readonly progress: CommandProgress;
  readonly id?: string;
  readonly exitCode?: number;
  /** The end of what it wrote. */
  readonly output?: string;
  /** Why it has not been sent. */
  readonly why?: string;
  /** What is worth telling: that it could not be sent, or its failure. */
  readonly note?: string;
}

/** What Systems Manager says of a command. */
type Result =
  | { readonly status: 'running' }
  | { readonly status: 'succeeded'; readonly output: string }
  | { readonly status: 'failed'; readonly exitCode: number; readonly output: string }
  | { readonly status: 'unreachable'; readonly reason: string };

export function commandAtStart(script: string | undefined): DrainCommand {
  return { progress: script === undefined ? 'none' : 'unsent' };
}

/** @param id of the command, undefined when the instance takes none */
export function commandSent(id: string | undefined): DrainCommand {
  if (id !== undefined) return { progress: 'running', id };
  return { progress: 'none', note: 'Its drain command could not be run: it does not take commands.' };
}

/** It is sent at the next look, if it can be. */
export function commandUnsent(reason: string): DrainCommand {
  return { progress: 'unsent', why: reason, note: `Its drain command could not be sent: ${reason}.` };
}

/** Whether it is waited for: while it runs, and while it is still to be sent. */
export function isAwaited({ progress }: DrainCommand): boolean {
  return progress === 'running' || progress === 'unsent';
}

/** What a shell means by the codes that are its own: the command has not even begun. */
function meaningOf(exitCode: number): string {
  if (exitCode === 127)
    return ': there is no such command on the instance, or not yet where it was still booting';
  return exitCode === 126 ? ': what it names cannot be executed' : '';
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
      const note = `Its drain command exited with ${exitCode}${meaningOf(exitCode)}.`;
      return { ...command, progress: 'failed', exitCode, output, note };
    }
    case 'unreachable':
      return { ...command, progress: 'failed', note: `Its drain command was lost: ${result.reason}.` };
  }
}
