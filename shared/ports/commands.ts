import type { Seconds } from '../domain/index.ts';

export type CommandResult =
  | { readonly status: 'running' }
  | { readonly status: 'succeeded'; readonly output: string }
  | { readonly status: 'failed'; readonly exitCode: number; readonly output: string }
  /** The instance cannot run commands: gone, or its agent does not answer. */
  | { readonly status: 'unreachable'; readonly reason: string };

/** Shell commands on instances, by Systems Manager. */
export interface Commands {
  /**
   * @param mayTake how long it may run on the instance before it is ended there; an hour where nothing is said
   * @returns the command's id, or undefined when the instance cannot take it
   */
  send(instance: string, command: string, comment: string, mayTake?: Seconds): Promise<string | undefined>;
  /** The id of a command that was sent with that comment, if one was. */
  find(instance: string, comment: string): Promise<string | undefined>;
  result(commandId: string, instance: string): Promise<CommandResult>;
}
