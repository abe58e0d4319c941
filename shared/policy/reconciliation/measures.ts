import type { Group, Instant, Measure } from '../../domain/index.ts';
import { isServing, MINUTE, unitsOf } from '../../domain/index.ts';

/** How many instances each fleet should have, and has: units of capacity, where its group weighs them. */
export function capacityMeasures(groups: ReadonlyMap<string, Group>): Measure[] {
  return [...groups].flatMap(([fleet, { desired, instances }]): Measure[] => [
    { metric: 'DesiredCapacity', value: desired, by: { fleet } },
    { metric: 'ServingInstances', value: unitsOf(instances.filter(isServing)), by: { fleet } },
  ]);
}

/** Counted where there are any: a metric that has values all the time is paid for. */
export function stuckMeasures(stuck: readonly string[]): Measure[] {
  return stuck.length === 0 ? [] : [{ metric: 'StuckInstances', value: stuck.length, by: {} }];
}

/** What changes rarely is looked at once in a quarter of an hour. */
export function isQuarterOfAnHour(at: Instant): boolean {
  return Math.floor(at / MINUTE) % 15 === 0;
}

/** Addresses that nothing reaches. An address is the same however it is spelt. */
export function unconfirmed(addresses: readonly string[], confirmed: readonly string[]): string[] {
  const reached = new Set(confirmed.map((address) => address.toLowerCase()));
  return addresses.filter((address) => !reached.has(address.toLowerCase()));
}
