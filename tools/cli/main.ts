/** The `evenkeel` command. */
import { Command, CommanderError } from 'commander';
import { COMMANDS } from './commands/index.ts';
import { asUsageError } from './refusals.ts';
import { UsageError } from './usage-error.ts';

const program = new Command('evenkeel')
  .description('Operate and understand fleets under Evenkeel')
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(text.replace(/^error: /, 'evenkeel: ')) });

for (const command of COMMANDS) program.addCommand(command().copyInheritedSettings(program));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** 0 for help that was asked for, 2 for what the user can put right, 1 for all else. */
function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
  const error = asUsageError(thrown);
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`evenkeel: ${message}\n`);
  return error instanceof UsageError ? 2 : 1;
}
