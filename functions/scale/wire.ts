import { autoScalingGroups } from '../../shared/aws/auto-scaling-groups.ts';
import { cloudWatchAlarms } from '../../shared/aws/cloudwatch-alarms.ts';
import { cloudWatchMetrics } from '../../shared/aws/cloudwatch-metrics.ts';
import { dynamoLease } from '../../shared/aws/dynamodb-lease.ts';
import { dynamoMemory } from '../../shared/aws/dynamodb-memory.ts';
import { dynamoLedger } from '../../shared/aws/dynamodb-ledger.ts';
import { ledgerTable } from '../../shared/aws/dynamodb-table.ts';
import { ec2Instances } from '../../shared/aws/ec2-instances.ts';
import { elbBalancers } from '../../shared/aws/elb-balancers.ts';
import { rdsDatabases } from '../../shared/aws/rds-databases.ts';
import { functionOutbox } from '../outbox.ts';
import { systemClock } from '../../shared/aws/clock.ts';
import { systemIds } from '../../shared/aws/ids.ts';
import { runtime } from '../../shared/config/runtime.ts';
import type { ScalePorts } from '../../shared/workflows/scale-fleet.ts';

export function wire(): ScalePorts {
  const { stage, table, outboxUrl, functionPrefix, configuration } = runtime();
  const items = ledgerTable(table, systemClock);
  return {
    stage,
    service: functionPrefix.replace(/-$/, ''),
    configuration,
    groups: autoScalingGroups(),
    metrics: cloudWatchMetrics(),
    instances: ec2Instances(),
    alarms: cloudWatchAlarms(),
    balancers: elbBalancers(),
    databases: rdsDatabases(),
    ledger: dynamoLedger(items),
    memory: dynamoMemory(items),
    lease: dynamoLease(items),
    outbox: functionOutbox(items, outboxUrl),
    clock: systemClock,
    ids: systemIds,
  };
}
