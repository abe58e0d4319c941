/** The `evenkeel` command. */
import { Command, CommanderError } from 'commander';
import { adoptCommand } from './commands/adopt.ts';
import { backtestCommand } from './commands/backtest.ts';
import { bakeCommand } from './commands/bake.ts';
import { costCommand } from './commands/cost.ts';
import { doctorCommand } from './commands/doctor.ts';
import { drainCommand } from './commands/drain.ts';
import { drainsCommand } from './commands/drains.ts';
import { holdCommand, releaseCommand } from './commands/hold.ts';
import { explainCommand } from './commands/explain.ts';
import { parseCommand } from './commands/parse.ts';
import { statusCommand } from './commands/status.ts';
import { validateCommand } from './commands/validate.ts';
import { UsageError } from './usage-error.ts';

const program = new Command('evenkeel')
  .description('Operate and understand fleets under Evenkeel')
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(text.replace(/^error: /, 'evenkeel: ')) });

const COMMANDS = [
  statusCommand,
  explainCommand,
  doctorCommand,
  costCommand,
  backtestCommand,
  parseCommand,
  validateCommand,
  bakeCommand,
  adoptCommand,
  drainCommand,
  drainsCommand,
  holdCommand,
  releaseCommand,
];
for (const command of COMMANDS) program.addCommand(command().copyInheritedSettings(program));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** 0 for help that was asked for, 2 for what the user can put right, 1 for all else. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`evenkeel: ${message}\n`);
  return error instanceof UsageError ? 2 : 1;
}
