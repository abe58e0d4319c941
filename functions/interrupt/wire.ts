import { autoScalingGroups } from '../../shared/aws/auto-scaling-groups.ts';
import { dynamoAnnouncements } from '../../shared/aws/dynamodb-announcements.ts';
import { dynamoDrains } from '../../shared/aws/dynamodb-drains.ts';
import { dynamoLease } from '../../shared/aws/dynamodb-lease.ts';
import { dynamoLedger } from '../../shared/aws/dynamodb-ledger.ts';
import { ledgerTable } from '../../shared/aws/dynamodb-table.ts';
import { ec2Instances } from '../../shared/aws/ec2-instances.ts';
import { elbBalancers } from '../../shared/aws/elb-balancers.ts';
import { lambdaStarter } from '../../shared/aws/lambda-starter.ts';
import { writeOwnEvent } from '../../events/index.ts';
import { functionOutbox } from '../outbox.ts';
import { systemClock } from '../../shared/aws/clock.ts';
import { runtime } from '../../shared/config/runtime.ts';
import type { InterruptionPorts } from '../../shared/workflows/handle-interruption.ts';

export function wire(): InterruptionPorts {
  const { table, outboxUrl, functionPrefix, configuration } = runtime();
  const items = ledgerTable(table, systemClock);
  return {
    fleets: configuration.fleets,
    groups: autoScalingGroups(),
    instances: ec2Instances(),
    balancers: elbBalancers(),
    announcements: dynamoAnnouncements(items),
    drains: dynamoDrains(items),
    ledger: dynamoLedger(items),
    lease: dynamoLease(items),
    starter: lambdaStarter(functionPrefix, writeOwnEvent),
    outbox: functionOutbox(items, outboxUrl),
    clock: systemClock,
  };
}
