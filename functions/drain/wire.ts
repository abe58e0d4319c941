import { autoScalingGroups } from '../../shared/aws/auto-scaling-groups.ts';
import { systemClock } from '../../shared/aws/clock.ts';
import { cloudMap } from '../../shared/aws/cloud-map.ts';
import { cloudWatchMetrics } from '../../shared/aws/cloudwatch-metrics.ts';
import { dynamoAnnouncements } from '../../shared/aws/dynamodb-announcements.ts';
import { dynamoDrains } from '../../shared/aws/dynamodb-drains.ts';
import { dynamoLease } from '../../shared/aws/dynamodb-lease.ts';
import { dynamoLedger } from '../../shared/aws/dynamodb-ledger.ts';
import { ledgerTable } from '../../shared/aws/dynamodb-table.ts';
import { ec2Instances } from '../../shared/aws/ec2-instances.ts';
import { elbBalancers } from '../../shared/aws/elb-balancers.ts';
import { instanceAddresses } from '../../shared/aws/instance-addresses.ts';
import { instanceProbes } from '../../shared/aws/instance-probes.ts';
import { lifecycleHooks } from '../../shared/aws/lifecycle-hooks.ts';
import { sharedLooks } from '../../shared/aws/shared-looks.ts';
import { functionOutbox } from '../outbox.ts';
import { sqsQueues } from '../../shared/aws/sqs-queues.ts';
import { ssmCommands } from '../../shared/aws/ssm-commands.ts';
import { runtime } from '../../shared/config/runtime.ts';
import type { DrainPorts } from '../../shared/workflows/drain-instance.ts';
import type { ReplacePorts } from '../../shared/workflows/replace-instance.ts';

export function wire(): Omit<DrainPorts & ReplacePorts, 'durable'> {
  const { table, outboxUrl, configuration } = runtime();
  const items = ledgerTable(table, systemClock);
  const looks = sharedLooks(items);
  const addressesOf = instanceAddresses();
  return {
    fleets: configuration.fleets,
    groups: autoScalingGroups(undefined, looks),
    hooks: lifecycleHooks(undefined, looks),
    balancers: elbBalancers(undefined, addressesOf, looks),
    instances: ec2Instances(),
    probes: instanceProbes(addressesOf),
    metrics: cloudWatchMetrics(),
    queues: sqsQueues(),
    cloudMap: cloudMap(),
    commands: ssmCommands(),
    ledger: dynamoLedger(items),
    lease: dynamoLease(items),
    announcements: dynamoAnnouncements(items),
    drains: dynamoDrains(items),
    outbox: functionOutbox(items, outboxUrl),
    clock: systemClock,
  };
}
