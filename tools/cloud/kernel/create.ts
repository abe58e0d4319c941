import { Clock } from './clock.ts';
import type { Instant } from './clock.ts';
import { seededIds } from './ids.ts';
import { Journal } from './journal.ts';
import { ServiceEvents } from './service-events.ts';
import type { Kernel } from './service.ts';

export interface KernelOptions {
  /** Decides all identifiers and all chance. */
  readonly seed?: number;
  /** When the cloud's time begins. */
  readonly start?: Instant;
  readonly region?: string;
  readonly accountId?: string;
}

/** Monday, 5 January 2026, 00:00 UTC: a fixed start makes runs comparable. */
const START = Date.UTC(2026, 0, 5);

/** A kernel for a cloud, or for a test of one of its services. */
export function createKernel(options: KernelOptions = {}): Kernel {
  const { seed = 1, start = START, region = 'eu-central-1', accountId = '123456789012' } = options;
  const clock = new Clock(start);
  return {
    account: { id: accountId, region, zones: ['a', 'b', 'c'].map((zone) => region + zone) },
    clock,
    ids: seededIds(seed),
    events: new ServiceEvents(),
    journal: new Journal(() => clock.now()),
  };
}
