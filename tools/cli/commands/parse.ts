import { Command } from 'commander';
import { parse } from '../../../events/index.ts';
import { parseJson, readInput } from '../read-input.ts';

/** `evenkeel parse FILE|-`: what a wire payload is taken for. */
export function parseCommand(): Command {
  return new Command('parse')
    .description('Print what a payload from AWS is taken for: an event, or why it is let pass')
    .argument('<file>', 'the payload as JSON; - reads standard input')
    .action(async (file: string) => {
      const result = parse(parseJson(await readInput(file), file));
      process.stdout.write(`${JSON.stringify(wrapped(result))}\n`);
    });
}

function wrapped(result: ReturnType<typeof parse>): object {
  if (result.kind !== 'skip') return { event: result };
  const { reason, detail } = result;
  return { skip: { reason, detail } };
}
