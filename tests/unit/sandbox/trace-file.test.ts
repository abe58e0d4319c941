import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOST_ROWS, readTrace } from '../../../tools/sandbox/load/csv.ts';
import { UsageError } from '../../../tools/sandbox/usage-error.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-trace-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'trace.csv');
  writeFileSync(path, text);
  return path;
}

async function refusal(text: string): Promise<string> {
  const error: unknown = await readTrace(file(text)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  const { message } = error as UsageError;
  expect(message).not.toContain('\n');
  return message;
}

describe('a trace file is read', () => {
  it('gives its points in milliseconds', async () => {
    const trace = await readTrace(file('epoch_seconds,value\n100,1.5\n160,0\n'));
    expect(trace).toEqual({
      name: 'trace.csv',
      points: [
        { at: 100_000, value: 1.5 },
        { at: 160_000, value: 0 },
      ],
    });
  });

  it('takes its columns by name, whatever their order and company', async () => {
    const trace = await readTrace(file('host,value,epoch_seconds\na,7,60\n'));
    expect(trace.points).toEqual([{ at: 60_000, value: 7 }]);
  });

  it('takes a byte order mark and Windows line ends', async () => {
    const trace = await readTrace(file('\uFEFFepoch_seconds,value\r\n60,7\r\n'));
    expect(trace.points).toEqual([{ at: 60_000, value: 7 }]);
  });
});

describe('what cannot be a load is refused in one line that names the mend', () => {
  it('a missing column', async () => {
    expect(await refusal('epoch_seconds,requests\n60,1\n')).toMatch(/no column value.*epoch_seconds,value/);
  });

  it('text in a number', async () => {
    expect(await refusal('epoch_seconds,value\n60,1\n120,many\n')).toMatch(
      /line 3: value is 'many', not a number/,
    );
  });

  it('an empty cell', async () => {
    expect(await refusal('epoch_seconds,value\n60,\n')).toMatch(/line 2: value is '', not a number/);
  });

  it('a negative load', async () => {
    expect(await refusal('epoch_seconds,value\n60,-1\n')).toMatch(
      /line 2: value is -1: a load is never negative/,
    );
  });

  it('rows out of order', async () => {
    expect(await refusal('epoch_seconds,value\n120,1\n60,1\n')).toMatch(/line 3: epoch_seconds 60 .*sort/);
  });

  it('a time given twice', async () => {
    expect(await refusal('epoch_seconds,value\n60,1\n60,2\n')).toMatch(
      /line 3: epoch_seconds 60 is that of the row before: leave one of the two out/,
    );
  });

  it('milliseconds in place of seconds', async () => {
    expect(await refusal('epoch_seconds,value\n1700000000000,1\n')).toMatch(
      /line 2: epoch_seconds is 1700000000000, which are milliseconds: divide them by 1000/,
    );
  });

  it('a date in place of seconds, which it gives', async () => {
    expect(await refusal('epoch_seconds,value\n2026-03-02T07:00:00Z,1\n')).toMatch(
      /line 2: epoch_seconds is '2026-03-02T07:00:00Z', not a number: write seconds since 1970, such as 1772434800$/,
    );
  });

  it.each([
    ['semicolons', 'epoch_seconds;value\n60;1\n'],
    ['tabs', 'epoch_seconds\tvalue\n60\t1\n'],
  ])('columns separated by %s', async (_, text) => {
    expect(await refusal(text)).toMatch(/it names epoch_seconds.value; separate columns by commas/);
  });

  it('a number with separators, which it gives without', async () => {
    expect(await refusal('epoch_seconds,value\n60,"1,200"\n')).toMatch(
      /value is '1,200', not a number: write it with a point and without separators, such as 1200$/,
    );
  });

  it('a header alone', async () => {
    expect(await refusal('epoch_seconds,value\n')).toMatch(/holds no load/);
  });

  it('an empty file', async () => {
    expect(await refusal('')).toMatch(/holds no load/);
  });

  it('more rows than two years of minutes', async () => {
    const rows = Array.from({ length: MOST_ROWS + 1 }, (_, row) => `${60 * row},1`);
    expect(await refusal(`epoch_seconds,value\n${rows.join('\n')}\n`)).toMatch(/more than 1051200 rows/);
  });

  it('rows with more cells than the header', async () => {
    expect(await refusal('epoch_seconds,value\n60,1,2\n')).toMatch(/is not CSV/);
  });

  it('a file that is not there, and a folder', async () => {
    await expect(readTrace(join(folder, 'none.csv'))).rejects.toThrow(/none.csv does not exist/);
    await expect(readTrace(folder)).rejects.toThrow(/is a folder/);
  });
});
