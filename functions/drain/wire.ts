import { autoScalingGroups } from '../../shared/aws/auto-scaling-groups.ts';
import { dynamoLedger } from '../../shared/aws/dynamodb-ledger.ts';
import { ledgerTable } from '../../shared/aws/dynamodb-table.ts';
import { elbBalancers } from '../../shared/aws/elb-balancers.ts';
import { lifecycleHooks } from '../../shared/aws/lifecycle-hooks.ts';
import { sqsOutbox } from '../../shared/aws/sqs-outbox.ts';
import { ssmCommands } from '../../shared/aws/ssm-commands.ts';
import { systemClock } from '../../shared/aws/clock.ts';
import { runtime } from '../../shared/config/runtime.ts';
import type { DrainPorts } from '../../shared/workflows/drain-instance.ts';

export function wire(): Omit<DrainPorts, 'durable'> {
  const { table, outboxUrl, configuration } = runtime();
  const items = ledgerTable(table, systemClock);
  return {
    fleets: configuration.fleets,
    groups: autoScalingGroups(),
    hooks: lifecycleHooks(),
    balancers: elbBalancers(),
    commands: ssmCommands(),
    ledger: dynamoLedger(items),
    outbox: sqsOutbox(items, outboxUrl),
    clock: systemClock,
  };
}
