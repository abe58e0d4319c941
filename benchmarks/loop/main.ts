/**
 * `npm run bench:loop`: the whole system in the local cloud (alarms, functions, hooks in the loop) against the backtest's
 * evenkeel, on the same load with the same instances. `--trace FILE` (several), `--hours N`, `--json`.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fleetsOf } from '../../tools/build/fleets.ts';
import { generatedLoad } from '../../tools/backtest/loads/index.ts';
import { judge } from '../../tools/backtest/judge.ts';
import { evenkeel } from '../../tools/backtest/policies/evenkeel.ts';
import type { Setting } from '../../tools/backtest/setting.ts';
import { simulate } from '../../tools/backtest/simulate.ts';
import type { MinuteTrace } from '../../tools/backtest/trace/index.ts';
import { instantOf, minuteTrace } from '../../tools/backtest/trace/minute-trace.ts';
import { shapeOf } from '../../tools/sandbox/fleet-shape.ts';
import { chosenLoad } from '../../tools/sandbox/load/index.ts';
import { endOf, loadOf } from '../../tools/sandbox/load/trace.ts';
import type { Report } from '../../tools/sandbox/report.ts';
import { PEAK } from '../../tools/sandbox/scenario/scenario.ts';

const GENERATED = ['daily', 'flash-crowd', 'noise'];
const HOURS = 48;
const MINUTE = 60_000;

const { values } = parseArgs({
  options: {
    trace: { type: 'string', multiple: true },
    hours: { type: 'string', default: String(HOURS) },
    json: { type: 'boolean', default: false },
  },
});

interface Row {
  readonly load: string;
  readonly hours: number;
  readonly 'boot, s': number;
  readonly 'drain, s': number;
  readonly 'instance-hours, loop': number;
  readonly 'instance-hours, backtest': number;
  readonly 'violation minutes, loop': number;
  readonly 'violation minutes, backtest': number;
  readonly 'actions, loop': number;
  readonly 'actions, backtest': number;
}

const folder = await mkdtemp(join(tmpdir(), 'evenkeel-loop-'));
const rows: Row[] = [];
try {
  for (const file of values.trace ?? (await writtenLoads()))
    rows.push(await compared(file, Number(values.hours)));
} finally {
  await rm(folder, { recursive: true });
}
process.stdout.write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : rows.map(asText).join('\n'));

async function writtenLoads(): Promise<string[]> {
  return Promise.all(
    GENERATED.map(async (name) => {
      const trace = generatedLoad(name, 1, Math.ceil(Number(values.hours) / 24));
      const file = join(folder, `${name}.csv`);
      const lines = [...trace.load].map((load, minute) => `${instantOf(trace, minute) / 1000},${load}`);
      await writeFile(file, `epoch_seconds,value\n${lines.join('\n')}\n`);
      return file;
    }),
  );
}

async function compared(file: string, hours: number): Promise<Row> {
  const report = await looped(file, hours);
  const { boot = 180, drain = 300 } = report.instanceTimes;
  const trace = await asMinutes(file, hours);
  const { instanceHours, violationMinutes, actions } = judge(
    simulate(trace, evenkeel.at(), await settingOf(boot, drain)),
  );
  return {
    load: report.load,
    hours,
    'boot, s': boot,
    'drain, s': drain,
    'instance-hours, loop': report.capacity.instanceHours,
    'instance-hours, backtest': instanceHours,
    'violation minutes, loop': report.capacity.violationMinutes,
    'violation minutes, backtest': violationMinutes,
    'actions, loop': report.decisions.filter(({ action }) => action !== 'hold').length,
    'actions, backtest': actions,
  };
}

/** The system runs the load, with nothing else happening to it. */
async function looped(file: string, hours: number): Promise<Report> {
  const out = join(folder, 'report.json');
  const main = join(import.meta.dirname, '../../tools/sandbox/main.ts');
  const options = [
    '--scenario',
    'calm',
    '--trace',
    file,
    '--hours',
    String(hours),
    '--speed',
    'max',
    '--once',
  ];
  const child = spawn(process.execPath, [main, ...options, '--json', out], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((resolve) => child.on('exit', resolve));
  if (code !== 0) process.stderr.write(`the run of ${file} ended with ${String(code)}\n`);
  return JSON.parse(await readFile(out, 'utf8')) as Report;
}

/** The load as the sandbox plays it, in requests a minute. */
async function asMinutes(trace: string, hours: number): Promise<MinuteTrace> {
  const load = await chosenLoad({ trace, seed: 1, hours }, PEAK);
  const start = load.points[0]?.at ?? 0;
  const at = loadOf(load);
  const minutes = Math.round((endOf(load) - start) / MINUTE);
  return minuteTrace(
    load.name,
    start,
    Array.from({ length: minutes }, (_, minute) => at(start + minute * MINUTE) * 60),
  );
}

/** The fleet of fleets.yml and infra/profiles/web.yml, on instances as the run has measured them. */
async function settingOf(boot: number, drain: number): Promise<Setting> {
  const { instanceCapacity, usefulShare } = shapeOf();
  const [fleet] = fleetsOf(await readFile(join(import.meta.dirname, '../../fleets.yml'), 'utf8')).fleets;
  if (fleet === undefined) throw new Error('fleets.yml has no fleet');
  const { violations, headroom } = fleet.scaling;
  return {
    boot,
    drain,
    lag: 60,
    period: 60,
    capacity: instanceCapacity * 60,
    usefulShare,
    price: 0,
    min: 2,
    max: 20,
    budget: violations,
    headroomAtMost: headroom.atMost,
    seed: 1,
  };
}

function asText(row: Row): string {
  return Object.entries(row)
    .map(
      ([name, value]) =>
        `  ${name.padEnd(30)} ${typeof value === 'number' ? Number(value.toFixed(1)) : String(value)}\n`,
    )
    .join('');
}
