import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { CsvError, parse } from 'csv-parse';
import { UsageError } from '../usage-error.ts';
import type { Trace, TracePoint } from './trace.ts';

const COLUMNS = ['epoch_seconds', 'value'] as const;

/** Two years of minutes: beyond it a run would take hours, and the file is most likely not a trace. */
export const MOST_ROWS = 1_051_200;

/** The year 5138: what is later was counted in milliseconds, whose instants of our time begin far beyond it. */
const LAST_SECOND = 100_000_000_000;

/**
 * Reads a load from a CSV file with the columns `epoch_seconds` and `value`, ascending in time.
 *
 * @throws UsageError naming the file, the line and the mend, for whatever cannot be a load
 */
export async function readTrace(file: string): Promise<Trace> {
  const points: TracePoint[] = [];
  const rows = parse({ bom: true, columns: checkedHeader(file), trim: true, info: true });
  createReadStream(file)
    .on('error', (error) => rows.destroy(error))
    .pipe(rows);
  try {
    for await (const row of rows) {
      const { record, info } = row as { record: Record<string, string>; info: { lines: number } };
      points.push(readPoint(record, points.at(-1), `${file}, line ${info.lines}`));
      if (points.length > MOST_ROWS)
        throw new UsageError(
          `${file} has more than ${MOST_ROWS} rows (two years of minutes): give a part of it, or the mean of each minute`,
        );
    }
  } catch (error) {
    throw asUsageError(error, file);
  }
  if (points.length === 0)
    throw new UsageError(`${file} holds no load: give rows of ${COLUMNS.join(',')} below the header`);
  return { name: basename(file), points };
}

function checkedHeader(file: string) {
  return (header: string[]): string[] => {
    const missing = COLUMNS.filter((column) => !header.includes(column));
    if (missing.length > 0)
      throw new UsageError(
        `${file} has no column ${missing.join(', ')}: its first line must name ${COLUMNS.join(',')}, it names ${header.join(',')}${otherwiseSeparated(header)}`,
      );
    return header;
  };
}

/** What a spreadsheet puts between its columns where commas are in its numbers. */
function otherwiseSeparated(header: readonly string[]): string {
  const isOther = header.length === 1 && COLUMNS.every((column) => header[0]?.includes(column) === true);
  return isOther ? '; separate columns by commas, and write numbers with points' : '';
}

function readPoint(
  record: Record<string, string>,
  before: TracePoint | undefined,
  where: string,
): TracePoint {
  const seconds = readNumber(record, 'epoch_seconds', where);
  const value = readNumber(record, 'value', where);
  if (seconds > LAST_SECOND)
    throw new UsageError(
      `${where}: epoch_seconds is ${seconds}, which are milliseconds: divide them by 1000`,
    );
  if (before !== undefined && seconds * 1000 === before.at)
    throw new UsageError(
      `${where}: epoch_seconds ${seconds} is that of the row before: leave one of the two out`,
    );
  if (before !== undefined && seconds * 1000 < before.at)
    throw new UsageError(
      `${where}: epoch_seconds ${seconds} does not come after the row before: sort the rows by time`,
    );
  return { at: seconds * 1000, value };
}

function readNumber(record: Record<string, string>, column: (typeof COLUMNS)[number], where: string): number {
  const text = record[column] ?? '';
  const value = Number(text);
  if (text === '' || !Number.isFinite(value))
    throw new UsageError(`${where}: ${column} is '${text}', not a number: ${mendOf(text, column)}`);
  if (value < 0) throw new UsageError(`${where}: ${column} is ${text}: a load is never negative`);
  return value;
}

function mendOf(text: string, column: string): string {
  const instant = column === 'epoch_seconds' ? Date.parse(text) : NaN;
  if (!Number.isNaN(instant)) return `write seconds since 1970, such as ${instant / 1000}`;
  return /^[\d., ]*\d$/.test(text)
    ? `write it with a point and without separators, such as ${text.replaceAll(/[, ]/g, '')}`
    : 'write one, or leave the row out';
}

function asUsageError(error: unknown, file: string): unknown {
  if (error instanceof UsageError) return error;
  if (error instanceof CsvError) return new UsageError(`${file} is not CSV: ${error.message}`);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return new UsageError(`${file} does not exist`);
  if (code === 'EISDIR') return new UsageError(`${file} is a folder, not a CSV file`);
  if (code === 'EACCES') return new UsageError(`${file} cannot be read: permission denied`);
  return error;
}
