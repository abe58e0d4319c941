/** `npm start`: the whole system on the local cloud. See options.ts for what it takes. */
import { HELP, readOptions } from './options.ts';
import { run } from './run.ts';
import { SlsError } from './sls.ts';
import { terminalOn } from './terminal.ts';
import { UsageError } from './usage-error.ts';

try {
  const options = readOptions(process.argv.slice(2), process.stdout.isTTY);
  if (options === 'help') process.stdout.write(HELP);
  else process.exitCode = await run(options, terminalOn(process.stdout));
} catch (error) {
  const isExpected = error instanceof UsageError || error instanceof SlsError;
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${isExpected ? error.message : trace}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
