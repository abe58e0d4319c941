import type { Command } from 'commander';
import { adoptCommand } from './adopt.ts';
import { backtestCommand } from './backtest.ts';
import { bakeCommand } from './bake.ts';
import { costCommand } from './cost.ts';
import { doctorCommand } from './doctor.ts';
import { drainCommand } from './drain.ts';
import { drainsCommand } from './drains.ts';
import { explainCommand } from './explain.ts';
import { holdCommand, releaseCommand } from './hold.ts';
import { parseCommand } from './parse.ts';
import { statusCommand } from './status.ts';
import { validateCommand } from './validate.ts';

/** All that `evenkeel` can be told to do, in the order of its help. */
export const COMMANDS: readonly (() => Command)[] = [
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
