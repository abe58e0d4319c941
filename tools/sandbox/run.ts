import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCloud } from '../cloud/cloud.ts';
import { budgetOf } from './budget.ts';
import { chosenLoad, silence } from './load/index.ts';
import { shapeOf } from './fleet-shape.ts';
import { endOf, type Trace } from './load/trace.ts';
import { Deeds } from './deeds.ts';
import { invitation } from './invitation.ts';
import type { Options } from './options.ts';
import { servePage } from './page/server.ts';
import { deployed, removed, replay, secondsSince, type Play } from './play.ts';
import { preflight } from './preflight.ts';
import { reportOf, withWork, type Report } from './report.ts';
import { scenarioNamed } from './scenario/index.ts';
import { PEAK, WEB, type Asked, type Scenario } from './scenario/scenario.ts';
import { RunLog } from './run-log.ts';
import { Session } from './session.ts';
import { Stage } from './stage.ts';
import { standing } from './standing.ts';
import { summaryOf } from './summary.ts';
import type { PlanInput } from '../cloud/weather/plan/schema.ts';
import type { Terminal } from './terminal.ts';

const root = join(import.meta.dirname, '..', '..');

const MINUTE = 60_000;

/** Minutes from the deployment's begin to the load's: the first instances have to boot. */
const LEAD = 10;

/** Virtual seconds a real second where neither the user nor the scenario says: a day a minute. */
const SPEED = 1440;

/**
 * Runs the whole system once: cloud, deployment, load, report.
 * @returns the exit code: 0 if every invariant held, 1 otherwise
 * @throws UsageError for what the user gave and cannot be used
 */
export async function run(options: Options, terminal: Terminal): Promise<number> {
  const started = performance.now();
  const scenario = scenarioNamed(options.scenario);
  const { setting = WEB } = scenario;
  const weather = await preflight(join(root, setting.fleets), options);
  const { traffic } = scenario;
  const asked = askedOf(options, scenario);
  const load = await loadFor(scenario, options, asked);
  const begin = load.points[0]?.at ?? 0;
  const cloud = await startCloud({ seed: options.seed, start: begin - (scenario.lead ?? LEAD) * MINUTE });
  // Boot scripts fetch packages: the template has to lay the way out, and in time.
  cloud.applications.configure({ needsInternet: true });
  const eventLog = options.eventLog === undefined ? undefined : new RunLog(options.eventLog, cloud);
  const shape = shapeOf(traffic?.capacity(asked.requests) ?? scenario.capacity);
  cloud.applications.configure({ capacity: shape.instanceCapacity });
  const session = new Session(cloud, load, {
    setting,
    budget: await budgetOf(join(root, setting.fleets), setting.fleet),
    shape,
    counts: scenario.counts ?? 'requests',
    invariants: scenario.invariants?.({ start: begin, end: endOf(load) }) ?? [],
    terminal,
  });
  const stage = new Stage(cloud, setting.fleet, (text) => session.say(text));
  const stop = stopOnSignal();
  const deeds = new Deeds(stage, session);
  const on: Play = { cloud, stage, session, deeds, scenario, setting, load, asked, begin, stop };
  try {
    const page = await servePage(options.port, session);
    try {
      terminal.print(`Scenario ${scenario.name}: ${scenario.description}.\nWatch it live: ${page.url}`);
      const report = await played(on, { options, weather, started, eventLog, terminal });
      if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
      session.judged(report.invariants);
      terminal.print(`\n${summaryOf(report, session.budget)}\n`);
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
    stage.close();
    await cloud.close();
    eventLog?.close();
  }
}

interface Given {
  readonly options: Options;
  readonly weather: PlanInput | undefined;
  /** What the clock of the machine said when the run began. */
  readonly started: number;
  readonly eventLog: RunLog | undefined;
  readonly terminal: Terminal;
}

/** Plays a scenario from its deployment to its removal, and says what that has shown. */
async function played(on: Play, { options, weather, started, eventLog, terminal }: Given): Promise<Report> {
  const { cloud, session, scenario, setting, load, asked, begin, stop } = on;
  const { traffic } = scenario;
  await scenario.found?.(on.stage);
  const before = scenario.isRemoved === true ? await standing(cloud) : [];
  const deploySeconds = await deployed(on);
  eventLog?.deployed();
  terminal.print(invitation(cloud, setting));
  const done = await replay(on, weather, options.speed ?? traffic?.speed(asked.requests) ?? SPEED);
  const isSimulated = traffic === undefined && scenario.load === undefined;
  const facts = { options, load, isSimulated, deploySeconds, begin, wallSeconds: secondsSince(started) };
  const end = await reportOf(cloud, session, facts);
  const removal = scenario.isRemoved === true && !stop.aborted ? [await removed(on, before)] : [];
  return withWork({ ...end, invariants: [...end.invariants, ...done.verdicts, ...removal] }, done);
}

function askedOf({ seed, requests, drains }: Options, { traffic }: Scenario): Asked {
  return { seed, requests: requests ?? traffic?.requests ?? 0, drains };
}

/** Of real requests there is none that is simulated. */
async function loadFor(
  { traffic, load, hours, peak = PEAK }: Scenario,
  options: Options,
  { requests, seed }: Asked,
): Promise<Trace> {
  if (load !== undefined) return load(seed);
  if (traffic !== undefined) return silence(requests, traffic.minutes);
  return chosenLoad({ ...options, hours: options.hours ?? hours }, peak);
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
