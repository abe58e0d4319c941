import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { startCloud, type Cloud } from '../cloud/cloud.ts';
import type { PlanInput } from '../cloud/weather/plan/schema.ts';
import { pace, type Speed } from '../cloud/kernel/pace.ts';
import { deploy } from './deploy.ts';
import { chosenLoad } from './load/index.ts';
import { loadOf, endOf, type Trace } from './load/trace.ts';
import type { Options } from './options.ts';
import { servePage } from './page/server.ts';
import { preflight } from './preflight.ts';
import { reportOf } from './report.ts';
import { scenarioNamed } from './scenario/index.ts';
import { RunLog } from './run-log.ts';
import { Session } from './session.ts';
import { serveSlack } from './slack-stand-in.ts';
import { summaryOf } from './summary.ts';
import type { Terminal } from './terminal.ts';
import { ACCOUNT_KEYS } from '../cloud/kernel/index.ts';

const root = join(import.meta.dirname, '..', '..');

const STAGE = 'sandbox';
const MINUTE = 60_000;

/** How long the fleet stands before the load begins: its first instances have to boot. */
const LEAD = 10 * MINUTE;
/** How long is waited after the load for what it has set off: a refresh bakes, instances drain. */
const AFTERMATH = 60 * MINUTE;

/**
 * Runs the whole system once: cloud, deployment, load, report.
 * @returns the exit code: 0 if every invariant held, 1 otherwise
 * @throws UsageError for what the user gave and cannot be used
 */
export async function run(options: Options, terminal: Terminal): Promise<number> {
  const started = performance.now();
  const weather = await preflight(root, options);
  const load = await chosenLoad(options);
  const begin = load.points[0]?.at ?? 0;
  const cloud = await startCloud({ seed: options.seed, start: begin - LEAD });
  const eventLog = options.eventLog === undefined ? undefined : new RunLog(options.eventLog, cloud);
  const session = new Session(cloud, load, terminal);
  const stop = stopOnSignal();
  try {
    const page = await servePage(options.port, session);
    try {
      terminal.print(`Watch it live: ${page.url}`);
      const deploySeconds = await deployed(cloud, session, begin, stop);
      eventLog?.deployed();
      await replay(cloud, session, { ...options, load, weather }, stop);
      const virtualSeconds = (cloud.clock.now() - begin) / 1000;
      const wallSeconds = secondsSince(started);
      const report = await reportOf(cloud, session, {
        options,
        load,
        virtualSeconds,
        wallSeconds,
        deploySeconds,
      });
      if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
      terminal.print(`\n${summaryOf(report)}\n`);
      if (!options.once)
        await untilAborted(stop, () =>
          terminal.print(`The page stays at ${page.url} until you press Ctrl-C.`),
        );
      return report.invariants.every(({ ok }) => ok) ? 0 : 1;
    } finally {
      await page.close();
    }
  } finally {
    session.close();
    await cloud.close();
    eventLog?.close();
  }
}

/** Deploys by `sls`, and returns the seconds it took. */
async function deployed(cloud: Cloud, session: Session, begin: number, stop: AbortSignal): Promise<number> {
  const started = performance.now();
  const { endpoint, kernel } = cloud;
  const { region } = kernel.account;
  session.status = 'deploying by sls';
  await storeWebhook(endpoint, region, serveSlack(cloud));
  // Time stands still meanwhile, but for what the deployment itself waits for.
  const pacing = pace(cloud.clock, 0);
  try {
    await deploy(
      { endpoint, region, stage: STAGE, params: { 'refresh-schedule': refreshSchedule(begin) } },
      stop,
    );
    await session.follow(`evenkeel-${STAGE}`);
  } finally {
    await pacing.stop();
  }
  session.say(`deployed by sls in ${secondsSince(started).toFixed(1)} s`);
  return secondsSince(started);
}

/** What a user does once by the AWS CLI: fleets.yml names this parameter. */
async function storeWebhook(endpoint: string, region: string, url: string): Promise<void> {
  const client = new SSMClient({
    endpoint,
    region,
    credentials: ACCOUNT_KEYS,
  });
  await client.send(new PutParameterCommand({ Name: '/evenkeel/slack', Type: 'SecureString', Value: url }));
  client.destroy();
}

/** Once a day, half a day into the load: the sandbox's users should not have to wait for Sunday. */
function refreshSchedule(begin: number): string {
  const at = new Date(begin + 12 * 60 * MINUTE);
  return `cron(${at.getUTCMinutes()} ${at.getUTCHours()} * * ? *)`;
}

type Replay = Pick<Options, 'scenario' | 'speed'> & {
  readonly load: Trace;
  /** The user's own plan. */
  readonly weather: PlanInput | undefined;
};

async function replay(
  cloud: Cloud,
  session: Session,
  { load, weather, scenario, speed }: Replay,
  stop: AbortSignal,
): Promise<void> {
  const start = load.points[0]?.at ?? 0;
  const end = endOf(load);
  session.status = `replaying ${load.name}`;
  cloud.traffic.drive(loadOf(load));
  const entries = scenarioNamed(scenario).entries({ start, end });
  cloud.weather.follow({ entries: [...entries] }, start);
  if (weather !== undefined) cloud.weather.follow(weather, start);
  await untilVirtual(cloud, end + AFTERMATH, speed, stop);
  session.status = stop.aborted ? 'stopped' : 'the load has ended';
}

/** Lets the cloud's time run to an instant, or until the run is stopped. */
async function untilVirtual(
  { clock }: Cloud,
  instant: number,
  speed: Speed,
  stop: AbortSignal,
): Promise<void> {
  if (stop.aborted) return;
  const reached = new Promise<void>((resolve) => {
    clock.at(instant, () => resolve());
    stop.addEventListener('abort', () => resolve());
  });
  const pacing = pace(clock, speed);
  await reached;
  await pacing.stop();
}

/** Aborted by the first Ctrl-C or termination: the run then ends in order, with its report. */
function stopOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

async function untilAborted(stop: AbortSignal, announce: () => void): Promise<void> {
  if (stop.aborted) return;
  announce();
  await new Promise((resolve) => stop.addEventListener('abort', resolve));
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
