import { parseArgs } from 'node:util';
import type { CloudOptions } from './cloud.ts';
import type { LogSettings } from './persistence/input-log.ts';
import type { Speed } from './kernel/index.ts';

export interface CommandLine {
  readonly cloud: CloudOptions & LogSettings;
  /** File of the weather's plan. */
  readonly weather: string | undefined;
  readonly speed: Speed;
  /** Where the state is kept. */
  readonly persist: string | undefined;
  /** Where the journal is written. */
  readonly eventLog: string | undefined;
}

export const USAGE = `Usage: npm run cloud -- [options]

  --port N         TCP port on 127.0.0.1 (default 4566; 0 takes a free one)
  --speed N|max    virtual seconds in a real one (default 1)
  --seed N         decides all identifiers and all chance (default 1)
  --start INSTANT  when the cloud's time begins, ISO 8601 (default: now)
  --region NAME    (default eu-central-1)
  --weather FILE   what goes wrong, and when: a plan as JSON
  --no-iam         any keys will do, and everyone may do anything
  --persist FILE   keep the state here, and go on from it
  --event-log FILE all that happens, as JSON lines
  --help`;

const OPTIONS = {
  port: { type: 'string', default: '4566' },
  speed: { type: 'string', default: '1' },
  seed: { type: 'string', default: '1' },
  start: { type: 'string' },
  region: { type: 'string', default: 'eu-central-1' },
  persist: { type: 'string' },
  'event-log': { type: 'string' },
  weather: { type: 'string' },
  'no-iam': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** What is wrong with the command line, in one line for its user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the options of `npm run cloud`.
 *
 * @param now real time in milliseconds, when the cloud's time begins without `--start`
 * @returns undefined when only help was asked for
 * @throws UsageError
 */
export function readCommandLine(args: readonly string[], now: number): CommandLine | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  if (values.weather !== undefined && values.persist !== undefined) {
    throw new UsageError(
      '--weather and --persist exclude each other: a log keeps what is added over /_cloud/weather, and no plan',
    );
  }
  return {
    cloud: {
      port: integer('--port', values.port, 65535),
      seed: integer('--seed', values.seed, 2 ** 32 - 1),
      start: values.start === undefined ? now : instant(values.start),
      region: region(values.region),
      enforceIam: !values['no-iam'],
    },
    persist: values.persist,
    eventLog: values['event-log'],
    weather: values.weather,
    speed: values.speed === 'max' ? 'max' : positive('--speed', values.speed),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false });
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
}

function integer(option: string, text: string, most: number): number {
  if (!/^\d+$/.test(text) || Number(text) > most) {
    throw new UsageError(`${option} must be a whole number from 0 to ${most}, not '${text}'`);
  }
  return Number(text);
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number <= 0) {
    throw new UsageError(`${option} must be a number above 0, or max, not '${text}'`);
  }
  return number;
}

function instant(text: string): number {
  const parsed = /^\d{4}-/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(parsed)) {
    throw new UsageError(`--start must be an instant like 2026-01-05T00:00:00Z, not '${text}'`);
  }
  return parsed;
}

function region(text: string): string {
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(text)) {
    throw new UsageError(`--region must be a region's name like eu-central-1, not '${text}'`);
  }
  return text;
}
