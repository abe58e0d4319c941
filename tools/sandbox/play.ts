import { pace, type Speed } from '../cloud/kernel/pace.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { PlanInput } from '../cloud/weather/plan/schema.ts';
import { endOf, loadOf, type Trace } from './load/trace.ts';
import { nothingLeft, type Verdict } from './observe/invariants/index.ts';
import type { Deeds } from './deeds.ts';
import { partOfDay, type Asked, type Opened, type Scenario, type Setting } from './scenario/scenario.ts';
import type { Session } from './session.ts';
import { serveSlack } from './slack-stand-in.ts';
import { sls, type Deployment } from './sls.ts';
import { STAGE, type Stage } from './stage.ts';
import { standing } from './standing.ts';
import type { TrafficReport } from './traffic/report.ts';
import type { JobsReport } from './workers/job-log.ts';

const MINUTE = 60_000;

/** How long is waited after the load for what it has set off: a refresh bakes, instances drain. */
const AFTERMATH = 60 * MINUTE;

/** Real milliseconds that the cloud's time may fall behind real requests and then catch up in a leap. */
const LAG_BESIDE_REQUESTS = 25;

/** A scenario as it is played. */
export interface Play {
  readonly cloud: Cloud;
  readonly stage: Stage;
  readonly session: Session;
  readonly deeds: Deeds;
  readonly scenario: Scenario;
  readonly setting: Setting;
  readonly load: Trace;
  readonly asked: Asked;
  /** When the load begins. */
  readonly begin: number;
  readonly stop: AbortSignal;
}

/** Deploys by `sls`, and returns the seconds it took. */
export async function deployed(on: Play): Promise<number> {
  const { cloud, stage, session } = on;
  const started = performance.now();
  session.status = 'deploying by sls';
  session.say(`sls deploy of profile ${on.setting.profile} begins, which takes some 15 s`);
  // What a user does once by the AWS CLI: the fleets name this parameter.
  const webhook = { Name: '/evenkeel/slack', Type: 'SecureString', Value: serveSlack(cloud) } as const;
  await stage.ssm.putParameter(webhook);
  await inStillness(on, async () => {
    await sls('deploy', deploymentOf(on), on.stop);
    session.follow(await stage.output('Ledger'));
  });
  session.say(`deployed by sls in ${secondsSince(started).toFixed(1)} s`);
  return secondsSince(started);
}

/** Removes by `sls`, and says what that has left. */
export async function removed(on: Play, before: readonly string[]): Promise<Verdict> {
  const { session } = on;
  const started = performance.now();
  session.status = 'removing by sls';
  await inStillness(on, () => sls('remove', deploymentOf(on), on.stop));
  session.say(`removed by sls in ${secondsSince(started).toFixed(1)} s`);
  session.status = 'removed';
  return nothingLeft(before, await standing(on.cloud));
}

/** Time stands still meanwhile, but for what the work itself waits for. */
async function inStillness({ cloud }: Play, work: () => Promise<void>): Promise<void> {
  const pacing = pace(cloud.clock, 0);
  try {
    await work();
  } finally {
    await pacing.stop();
  }
}

function deploymentOf(on: Play): Deployment {
  const { cloud, stage, setting } = on;
  const { profile, params } = setting;
  return {
    endpoint: cloud.endpoint,
    region: stage.region,
    stage: STAGE,
    params: { profile, 'refresh-schedule': refreshSchedule(on), ...params },
  };
}

/** Once a day, in the middle of the load's first: the sandbox's users should not have to wait for Sunday. */
function refreshSchedule({ begin, load }: Play): string {
  const at = new Date(begin + partOfDay(0.5, { start: begin, end: endOf(load) }) * 1000);
  return `cron(${at.getUTCMinutes()} ${at.getUTCHours()} * * ? *)`;
}

/** What a replayed load has come to, by the scenario's own doings. */
export interface Replayed {
  readonly verdicts: readonly Verdict[];
  readonly traffic?: TrafficReport;
  readonly jobs?: JobsReport;
}

export async function replay(on: Play, weather: PlanInput | undefined, speed: Speed): Promise<Replayed> {
  const { cloud, session, scenario, load, begin, stop } = on;
  const day = { start: begin, end: endOf(load) };
  const opened = await scenario.opened?.(on.stage, day, on.asked, load);
  session.status = `replaying ${load.name}`;
  if (scenario.traffic === undefined && scenario.load === undefined)
    cloud.traffic.drive(loadOf(load), await destination(on));
  cloud.weather.follow({ entries: [...scenario.entries(day)] }, begin);
  if (weather !== undefined) cloud.weather.follow(weather, begin);
  on.deeds.schedule(scenario.deeds?.(day) ?? [], begin);
  try {
    await untilOver(on, opened, day.end, speed);
  } finally {
    await opened?.close();
  }
  session.status = stop.aborted ? 'stopped' : 'the load has ended';
  const traffic = opened?.report?.();
  const jobs = opened?.jobs?.();
  return {
    verdicts: [...on.deeds.verdicts(), ...(opened?.verdicts?.() ?? [])],
    ...(traffic !== undefined && { traffic }),
    ...(jobs !== undefined && { jobs }),
  };
}

/** The first target group in use; where there is none, users visit the instances one by one. */
async function destination({ cloud, stage }: Play): Promise<string | { group: string }> {
  const [targetGroup] = cloud.services.elb.targetGroupsInUse();
  return targetGroup ?? { group: (await stage.group()).AutoScalingGroupName };
}

/** Lets the cloud's time run until all that the load has set off is over, or the run is stopped. */
async function untilOver(
  { cloud: { clock }, scenario, stop }: Play,
  opened: Opened | undefined,
  end: number,
  speed: Speed,
): Promise<void> {
  if (stop.aborted) return;
  const aftermath = new Promise<void>((resolve) => clock.at(end + AFTERMATH, () => resolve()));
  const stopped = new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve()));
  const pacing = pace(clock, speed, scenario.traffic === undefined ? undefined : LAG_BESIDE_REQUESTS);
  try {
    await Promise.race([opened?.over ?? aftermath, stopped]);
  } finally {
    await pacing.stop();
  }
}

export function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
