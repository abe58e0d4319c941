import type { Kernel } from '../../kernel/index.ts';
import type { Dimensions, MetricSink } from '../cloudwatch/metric-store.ts';
import { single } from '../cloudwatch/metric-store.ts';
import type { Ec2Service } from '../ec2/api.ts';
import type { Databases } from './databases.ts';
import type { Database } from './instance.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const GIBIBYTE = 2 ** 30;

/** What each application keeps open. */
const CONNECTIONS_PER_INSTANCE = 2;
const IDLE_CPU = 3;
const CPU_PER_CONNECTION = 0.8;
const LEAST_USED = 2 * GIBIBYTE;
const GROWTH_PER_HOUR = 10 * 2 ** 20;

/**
 * Once a minute, what RDS measures of each database that is there: each running instance of its VPC keeps some
 * connections, which cost it some of its processor. One that is down reports nothing, as in AWS.
 */
export function measureDatabases(
  { clock, ids }: Kernel,
  databases: Databases,
  on: { readonly metrics: MetricSink; readonly ec2: Pick<Ec2Service, 'instances'> },
): void {
  const dimensions = new WeakMap<Database, Dimensions>();
  clock.every(MINUTE, () => {
    const measured = databases.all().filter(({ isReachable }) => isReachable);
    if (measured.length === 0) return;
    const clients = clientsByVpc(on.ec2);
    for (const database of measured) {
      const own = dimensions.get(database) ?? { DBInstanceIdentifier: database.id };
      dimensions.set(database, own);
      const put = (name: string, value: number, unit: string) =>
        on.metrics.put('AWS/RDS', name, own, clock.now() - MINUTE, single(value), unit);
      const connections = CONNECTIONS_PER_INSTANCE * (clients.get(database.subnetGroup.vpcId) ?? 0);
      const cpu = IDLE_CPU + CPU_PER_CONNECTION * connections + ids.random();
      put('DatabaseConnections', connections, 'Count');
      put('CPUUtilization', Math.min(100, cpu), 'Percent');
      put('FreeStorageSpace', freeSpace(database, clock.now()), 'Bytes');
    }
  });
}

function clientsByVpc(ec2: Pick<Ec2Service, 'instances'>): Map<string, number> {
  const clients = new Map<string, number>();
  for (const { vpcId, state, isImpaired } of ec2.instances()) {
    if (state === 'running' && !isImpaired) clients.set(vpcId, (clients.get(vpcId) ?? 0) + 1);
  }
  return clients;
}

function freeSpace({ settings, createdAt }: Database, now: number): number {
  const used = LEAST_USED + (GROWTH_PER_HOUR * (now - createdAt)) / HOUR;
  return Math.max(0, (settings.AllocatedStorage ?? 0) * GIBIBYTE - used);
}
