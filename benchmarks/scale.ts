import { startCloud } from '../tools/cloud/cloud.ts';
import type { Size } from './in-process.ts';
import { makeAlarms, makeGroups } from './in-process.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export interface ScaleResult extends Size {
  readonly name: string;
  readonly alarms: number;
  readonly virtualHours: number;
  readonly wallSeconds: number;
  /** Virtual seconds in a real one. */
  readonly speed: number;
  readonly virtualDaysPerSecond: number;
  /** Of the process, when the hours have passed. */
  readonly rssMebibytes: number;
}

/** Lets a fleet stand for some hours: a minute's metrics for each instance and group, health checks, alarms. */
export async function standing(
  name: string,
  size: Size,
  virtualHours: number,
  hasAlarms: boolean,
): Promise<ScaleResult> {
  const cloud = await startCloud();
  const groups = await makeGroups(cloud, size);
  if (hasAlarms) await makeAlarms(cloud, groups);
  const { clock } = cloud;
  const started = performance.now();
  await clock.runUntil(clock.now() + virtualHours * 60 * MINUTE);
  const wallSeconds = (performance.now() - started) / 1000;
  const rssMebibytes = Math.round(process.memoryUsage.rss() / 2 ** 20);
  const running = [...cloud.applications.values()].filter(
    ({ instance }) => instance.state === 'running',
  ).length;
  if (running !== size.instances) throw new Error(`${running} of ${size.instances} instances run`);
  await cloud.close();
  const speed = (virtualHours * 3600) / wallSeconds;
  return {
    name,
    ...size,
    alarms: hasAlarms ? 2 * size.groups : 0,
    virtualHours,
    wallSeconds,
    speed,
    virtualDaysPerSecond: (speed * 1000) / DAY,
    rssMebibytes,
  };
}
