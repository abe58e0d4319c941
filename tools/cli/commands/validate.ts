import { Command } from 'commander';
import { FleetsError, readFleets } from '../../build/fleets.ts';
import { readInput } from '../read-input.ts';

/** `evenkeel validate [FILE|-]`: all that is wrong in fleets.yml, each with its place and its mend. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('Check fleets.yml and list all that is wrong in it')
    .argument('[file]', 'the file; - reads standard input', 'fleets.yml')
    .option('--json', 'print {"ok": …, "problems": […]}')
    .action(async (file: string, { json = false }: { json?: boolean }) => {
      const name = file === '-' ? 'standard input' : file;
      const problems = problemsOf(await readInput(file), name);
      process.stdout.write(json ? asJson(problems) : asText(problems, name));
      if (problems.length > 0) process.exitCode = 2;
    });
}

function problemsOf(text: string, file: string): readonly string[] {
  try {
    readFleets(text, file);
    return [];
  } catch (error) {
    if (error instanceof FleetsError) return error.problems;
    throw error;
  }
}

function asJson(problems: readonly string[]): string {
  return `${JSON.stringify({ ok: problems.length === 0, problems })}\n`;
}

function asText(problems: readonly string[], file: string): string {
  if (problems.length === 0) return `${file} is valid\n`;
  const heading = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return `${problems.join('\n')}\n${heading} in ${file}\n`;
}
