import { autoScalingGroups } from '../../shared/aws/auto-scaling-groups.ts';
import { dynamoLedger } from '../../shared/aws/dynamodb-ledger.ts';
import { ledgerTable } from '../../shared/aws/dynamodb-table.ts';
import { elbBalancers } from '../../shared/aws/elb-balancers.ts';
import { sqsOutbox } from '../../shared/aws/sqs-outbox.ts';
import { systemClock } from '../../shared/aws/clock.ts';
import { runtime } from '../../shared/config/runtime.ts';
import type { InterruptionPorts } from '../../shared/workflows/handle-interruption.ts';

export function wire(): InterruptionPorts {
  const { table, outboxUrl, configuration } = runtime();
  const items = ledgerTable(table, systemClock);
  return {
    fleets: configuration.fleets,
    groups: autoScalingGroups(),
    balancers: elbBalancers(),
    ledger: dynamoLedger(items),
    outbox: sqsOutbox(items, outboxUrl),
    clock: systemClock,
  };
}
