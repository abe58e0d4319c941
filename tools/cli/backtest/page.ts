import { open, writeFile } from 'node:fs/promises';
import type { Shown } from '../../backtest/report/page.ts';
import { reportPage } from '../../backtest/report/page.ts';
import { UsageError } from '../usage-error.ts';
import type { Presented } from './present.ts';
import { circumstances } from './present.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be written',
};

/** Writes the report as a page. @throws UsageError where the file cannot be written */
export async function writePage(file: string, presented: Presented, shown: readonly Shown[]): Promise<void> {
  const { setting } = presented;
  const assumptions = [
    ...circumstances(presented),
    `An instance takes load ${setting.boot} s after its launch, and is paid for until ${setting.drain} s after it is let go; ` +
      `a minute's metric can be read ${setting.lag} s after its end, and policies decide each ${setting.period} s.`,
    `An instance-hour costs $${setting.price}; between ${setting.min} and ${setting.max} instances.`,
    'What each policy stands for, and how its figures are counted, is in docs/backtest.md of the project.',
  ];
  await writing(file, () =>
    writeFile(file, reportPage({ ...presented, shown, assumptions: assumptions.map(sentence) })),
  );
}

/** Finds out before a long run. What stands in the file stays there. @throws UsageError where it cannot be written */
export async function requireWritable(file: string): Promise<void> {
  await writing(file, async () => (await open(file, 'a')).close());
}

async function writing(file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new UsageError(`--html ${file} cannot be written (${REASONS[code] ?? code}): give another file`, {
      cause: error,
    });
  }
}

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return whole.endsWith('.') ? whole : `${whole}.`;
}
