import { Clock } from './clock.ts';
import type { Instant } from './clock.ts';
import { seededIds } from './ids.ts';
import type { Observer } from './journal.ts';
import { Journal } from './journal.ts';
import { ServiceEvents } from './service-events.ts';
import { forgetful } from './outside.ts';
import type { Outside } from './outside.ts';
import type { Kernel } from './service.ts';
import { Workers } from './workers.ts';
import { Weather } from '../weather/weather.ts';

export interface KernelOptions {
  /** Decides all identifiers and all chance. */
  readonly seed?: number;
  /** When the cloud's time begins. */
  readonly start?: Instant;
  readonly region?: string;
  readonly accountId?: string;
  /** Told of all that happens, from the first on. */
  readonly observer?: Observer;
  /** Keeps the inputs; without it, they are forgotten. */
  readonly outside?: Outside;
}

/** Monday, 5 January 2026, 00:00 UTC: a fixed start makes runs comparable. */
const START = Date.UTC(2026, 0, 5);

/** A kernel for a cloud, or for a test of one of its services. */
export function createKernel(options: KernelOptions = {}): Kernel {
  const {
    seed = 1,
    start = START,
    region = 'eu-central-1',
    accountId = '123456789012',
    outside = forgetful,
  } = options;
  const clock = new Clock(start);
  const journal = new Journal(() => clock.now());
  if (options.observer !== undefined) journal.observe(options.observer);
  return {
    account: { id: accountId, region, zones: ['a', 'b', 'c'].map((zone) => region + zone) },
    clock,
    ids: seededIds(seed),
    outside,
    events: new ServiceEvents(),
    journal,
    weather: new Weather(clock, journal, seed),
    workers: new Workers(clock),
  };
}
