import { parseArgs } from 'node:util';
import { scenarioNames, scenarios, scenariosWithLoad } from './scenario/index.ts';
import { UsageError } from './usage-error.ts';

export interface Options {
  /** The user's own load; without it a day is generated. */
  readonly trace: string | undefined;
  readonly scenario: string;
  /** A plan of what goes wrong, beside the scenario's. */
  readonly weather: string | undefined;
  /** Virtual seconds a real second; undefined leaves it to the scenario. */
  readonly speed: number | 'max' | undefined;
  readonly seed: number;
  /** Where the report is written. */
  readonly json: string | undefined;
  /** Where the cloud's journal is written. */
  readonly eventLog: string | undefined;
  /** Port of the page; 0 takes any that is free. */
  readonly port: number;
  /** End when the load has ended, instead of keeping the page up. */
  readonly once: boolean;
  /** Replay at most so many hours of the load. */
  readonly hours: number | undefined;
  /** How many real requests are sent, by scenarios that send some; undefined leaves it to the scenario. */
  readonly requests: number | undefined;
  /** Whether instances are drained before they end. */
  readonly drains: boolean;
}

/** The scenario whose load is real requests. */
const REAL = 'traffic';
const MOST_REQUESTS = 100_000_000;

const listed = scenarios.map(({ name, description }) => `    ${name.padEnd(18)}  ${description}`).join('\n');

export const HELP = `npm start -- [options]

Deploys Evenkeel by sls to a cloud on this machine, drives load through it, and judges what it does.

  --trace FILE.csv   replay this load (columns epoch_seconds,value) instead of a generated day
  --hours N          only its first N hours
  --scenario NAME    what happens on the way, one of those below (default day)
  --weather FILE     what goes wrong besides, as docs/local-cloud.md describes it
  --requests N       scenario traffic: so many real requests (default 1000000; 10000 are enough to see it)
  --no-drain         scenario traffic: end instances without draining them, to see what that loses
  --speed N|max      virtual seconds a real second (default 1440: a day a minute; traffic: what the machine can take)
  --seed N           the run's chance: the same seed gives the same run (default 1)
  --json OUT.json    write the report
  --event-log FILE   write all that happens in the cloud, as JSON lines
  --port N           port of the page (default: any that is free)
  --once             end when the load has ended; without a terminal that is the default

Scenarios:
${listed}

It ends with 0 when every invariant held, 1 when one broke, 2 for what cannot be used. docs/sandbox.md says more.
`;

/**
 * Reads the command line.
 * @throws UsageError naming the option, its value and the mend
 */
export function readOptions(args: readonly string[], isTerminal: boolean): Options | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  refuseStrays(values);
  for (const file of ['trace', 'weather', 'json', 'event-log'] as const)
    if (values[file] === '') throw new UsageError(`--${file} names no file: give one`);
  return {
    trace: values.trace,
    scenario: oneOf('scenario', values.scenario, scenarioNames),
    weather: values.weather,
    speed: speedIn(values.speed),
    seed: number('seed', values.seed, { isWhole: true }),
    json: values.json,
    eventLog: values['event-log'],
    port: number('port', values.port, { isWhole: true, most: 65_535 }),
    once: values.once || !isTerminal,
    hours: values.hours === undefined ? undefined : number('hours', values.hours, { above: 0 }),
    requests:
      values.requests === undefined
        ? undefined
        : number('requests', values.requests, { above: 0, isWhole: true, most: MOST_REQUESTS }),
    drains: !values['no-drain'],
  };
}

function speedIn(text: string | undefined): Options['speed'] {
  if (text === undefined || text === 'max') return text;
  return number('speed', text, { above: 0, or: "or 'max'" });
}

/** What one scenario alone understands would be passed over silently by all others, and the other way round. */
function refuseStrays(values: ReturnType<typeof parse>): void {
  const isReal = values.scenario === REAL;
  if (!isReal && values.requests !== undefined) throw new UsageError(strayOf('--requests'));
  if (!isReal && values['no-drain']) throw new UsageError(strayOf('--no-drain'));
  if (scenariosWithLoad.includes(values.scenario))
    for (const option of ['trace', 'hours'] as const)
      if (values[option] !== undefined)
        throw new UsageError(
          `--${option} is not for --scenario ${values.scenario}: ${isReal ? 'its load is real, --requests says how much' : 'it brings a load of its own'}`,
        );
  if (isReal && values.speed === 'max')
    throw new UsageError(
      `--speed max is not for --scenario ${REAL}: real requests take real time, give a number`,
    );
}

function strayOf(option: string): string {
  return `${option} is for --scenario ${REAL} alone: add that, or leave it out`;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        trace: { type: 'string' },
        hours: { type: 'string' },
        scenario: { type: 'string', default: 'day' },
        weather: { type: 'string' },
        speed: { type: 'string' },
        requests: { type: 'string' },
        'no-drain': { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
        json: { type: 'string' },
        'event-log': { type: 'string' },
        port: { type: 'string', default: '0' },
        once: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    // What Node says of a value such as -5 takes three lines, the first of which names the option.
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    const [, option] = /^Option '(--[\w-]+).* is ambiguous/.exec(first) ?? [];
    const what = option === undefined ? first : `${option} has no value that can be used`;
    throw new UsageError(`${what} (npm start -- --help lists the options)`);
  }
}

function oneOf(option: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new UsageError(`--${option} ${value} is unknown: give one of ${allowed.join(', ')}`);
}

function number(
  option: string,
  text: string,
  {
    above,
    most,
    isWhole = false,
    or = '',
  }: { above?: number; most?: number; isWhole?: boolean; or?: string },
): number {
  const value = Number(text);
  const isGood =
    text.trim() !== '' &&
    Number.isFinite(value) &&
    (above === undefined ? value >= 0 : value > above) &&
    value <= (most ?? Number.MAX_SAFE_INTEGER) &&
    (!isWhole || Number.isInteger(value));
  if (isGood) return value;
  const kind = isWhole ? 'a whole number' : 'a number';
  const least = above !== undefined && isWhole ? `from ${above + 1}` : `above ${above ?? 0}`;
  const bounds = `${above === undefined ? 'from 0' : least}${most === undefined ? '' : ` to ${most}`}`;
  throw new UsageError(`--${option} ${text} cannot be used: give ${kind} ${bounds} ${or}`.trimEnd());
}
