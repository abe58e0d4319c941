import { writeFile } from 'node:fs/promises';
import { startCloud, type Cloud } from '../cloud/cloud.ts';
import { pace } from '../cloud/kernel/pace.ts';
import { deploy } from './deploy.ts';
import { chosenLoad } from './load/index.ts';
import { loadOf, endOf, type Trace } from './load/trace.ts';
import type { Options } from './options.ts';
import { servePage } from './page/server.ts';
import { reportOf } from './report.ts';
import { scenarioNamed } from './scenario/index.ts';
import { Session } from './session.ts';
import { serveSlack } from './slack-stand-in.ts';
import { summaryOf } from './summary.ts';

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
export async function run(options: Options, print: (text: string) => void): Promise<number> {
  const started = performance.now();
  const load = await chosenLoad(options);
  const begin = load.points[0]?.at ?? 0;
  const cloud = await startCloud({ seed: options.seed, start: begin - LEAD });
  const session = new Session(cloud, options, load, print);
  const page = await servePage(options.port, session);
  const stop = stopOnSignal();
  try {
    print(`Watch it live: ${page.url}`);
    const deploySeconds = await deployed(cloud, session, begin, stop);
    await replay(cloud, session, load, options, stop);
    const report = await reportOf(session, {
      options,
      load,
      deploySeconds,
      wallSeconds: secondsSince(started),
    });
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
    print(`\n${summaryOf(report)}\n`);
    if (!options.once)
      await untilAborted(stop, () => print(`The page stays at ${page.url} until you press Ctrl-C.`));
    return report.invariants.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    await page.close();
    await cloud.close();
  }
}

/** Deploys by `sls`, and returns the seconds it took. */
async function deployed(cloud: Cloud, session: Session, begin: number, stop: AbortSignal): Promise<number> {
  const started = performance.now();
  session.status = 'deploying by sls';
  await cloud.services.ssm.operations.PutParameter(
    { Name: '/evenkeel/slack', Type: 'SecureString', Value: serveSlack(cloud) },
    session.call,
  );
  const pacing = pace(cloud.clock, 0);
  try {
    const { endpoint, kernel } = cloud;
    const params = { 'refresh-schedule': refreshSchedule(begin) };
    await deploy({ endpoint, region: kernel.account.region, stage: STAGE, params }, stop);
  } finally {
    await pacing.stop();
  }
  session.say('scenario', `deployed by sls in ${secondsSince(started).toFixed(1)} s`);
  return secondsSince(started);
}

/** Once a day, half a day into the load: the sandbox's users should not have to wait for Sunday. */
function refreshSchedule(begin: number): string {
  const at = new Date(begin + 12 * 60 * MINUTE);
  return `cron(${at.getUTCMinutes()} ${at.getUTCHours()} * * ? *)`;
}

async function replay(
  cloud: Cloud,
  session: Session,
  load: Trace,
  options: Options,
  stop: AbortSignal,
): Promise<void> {
  const end = endOf(load);
  session.status = `replaying ${load.name}`;
  session.drive(loadOf(load));
  scenarioNamed(options.scenario).arrange({
    cloud,
    start: load.points[0]?.at ?? 0,
    end,
    inService: () => session.observer.fleet.inService(),
    say: (text) => session.say('scenario', text),
  });
  const pacing = pace(cloud.clock, options.speed);
  stop.addEventListener('abort', () => void pacing.stop());
  await pacing.until(end + AFTERMATH);
  await pacing.stop();
  session.status = stop.aborted ? 'stopped' : 'the load has ended';
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
