/** `npm start`: the whole system on the local cloud. See options.ts for what it takes. */
import { HELP, readOptions } from './options.ts';
import { run } from './run.ts';
import { UsageError } from './usage-error.ts';

try {
  const options = readOptions(process.argv.slice(2), process.stdout.isTTY);
  if (options === 'help') process.stdout.write(HELP);
  else process.exitCode = await run(options, (text) => process.stdout.write(`${text}\n`));
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(
    `${isUsage ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = isUsage ? 2 : 1;
}
