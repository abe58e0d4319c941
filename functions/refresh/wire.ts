import { writeOwnEvent } from '../../events/index.ts';
import { autoScalingGroups } from '../../shared/aws/auto-scaling-groups.ts';
import { dynamoLedger } from '../../shared/aws/dynamodb-ledger.ts';
import { ledgerTable } from '../../shared/aws/dynamodb-table.ts';
import { ec2Images } from '../../shared/aws/ec2-images.ts';
import { ec2Instances } from '../../shared/aws/ec2-instances.ts';
import { lambdaStarter } from '../../shared/aws/lambda-starter.ts';
import { functionOutbox } from '../outbox.ts';
import { systemClock } from '../../shared/aws/clock.ts';
import { runtime } from '../../shared/config/runtime.ts';
import type { RefreshPorts } from '../../shared/workflows/refresh-fleet.ts';

export function wire(): Omit<RefreshPorts, 'durable'> {
  const { table, outboxUrl, functionPrefix, configuration } = runtime();
  const items = ledgerTable(table, systemClock);
  return {
    fleets: configuration.fleets,
    groups: autoScalingGroups(),
    instances: ec2Instances(),
    images: ec2Images(),
    starter: lambdaStarter(functionPrefix, writeOwnEvent),
    ledger: dynamoLedger(items),
    outbox: functionOutbox(items, outboxUrl),
    clock: systemClock,
  };
}
