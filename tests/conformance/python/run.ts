import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished, type Finished } from '../install/command.ts';
import { pythonPrograms } from '../install/python.ts';
import { clientWorld } from './world.ts';

/** What a Python program found: an object a line of its report, which it finds in `CLOUD_REPORT`. */
export interface PythonRun<Line> extends Finished {
  readonly lines: readonly Line[];
}

/**
 * Runs a program of the virtual environment against a cloud of its own, which it finds in its environment.
 *
 * @param program `pytest`, `python`, … ; `args` are given the folder for what the run leaves behind
 */
export async function runAgainstCloud<Line>(
  program: string,
  args: (folder: string) => readonly string[],
  env: Record<string, string> = {},
): Promise<PythonRun<Line>> {
  const programs = await pythonPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const world = await clientWorld();
  const report = join(folder, 'report.jsonl');
  try {
    const ended = await finished(join(programs, program), args(folder), {
      env: {
        ...world.env,
        ...env,
        CLOUD_REPORT: report,
        CLOUD_PROGRAMS: programs,
        PYTHONPATH: import.meta.dirname,
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
    return { ...ended, lines: linesOf(report, ended) };
  } finally {
    await world.close();
    rmSync(folder, { recursive: true });
  }
}

function linesOf<Line>(report: string, { stdout, stderr }: Finished): Line[] {
  try {
    const text = readFileSync(report, 'utf8').trim();
    return text.split('\n').map((line) => JSON.parse(line) as Line);
  } catch (error) {
    throw new Error(`The program left no report:\n${stdout}${stderr}`, { cause: error });
  }
}
