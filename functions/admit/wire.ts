import { autoScalingGroups } from '../../shared/aws/auto-scaling-groups.ts';
import { dynamoAdmissions } from '../../shared/aws/dynamodb-admissions.ts';
import { dynamoLedger } from '../../shared/aws/dynamodb-ledger.ts';
import { ledgerTable } from '../../shared/aws/dynamodb-table.ts';
import { ec2Instances } from '../../shared/aws/ec2-instances.ts';
import { instanceProbes } from '../../shared/aws/instance-probes.ts';
import { lifecycleHooks } from '../../shared/aws/lifecycle-hooks.ts';
import { functionOutbox } from '../outbox.ts';
import { ssmCommands } from '../../shared/aws/ssm-commands.ts';
import { systemClock } from '../../shared/aws/clock.ts';
import { runtime } from '../../shared/config/runtime.ts';
import type { AdmitPorts } from '../../shared/workflows/admit-instance.ts';

export function wire(): Omit<AdmitPorts, 'durable'> {
  const { table, outboxUrl, configuration } = runtime();
  const items = ledgerTable(table, systemClock);
  return {
    fleets: configuration.fleets,
    groups: autoScalingGroups(),
    hooks: lifecycleHooks(),
    probes: instanceProbes(),
    commands: ssmCommands(),
    instances: ec2Instances(),
    admissions: dynamoAdmissions(items),
    ledger: dynamoLedger(items),
    outbox: functionOutbox(items, outboxUrl),
    clock: systemClock,
  };
}
