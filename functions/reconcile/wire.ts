import { writeOwnEvent } from '../../events/index.ts';
import { autoScalingGroups } from '../../shared/aws/auto-scaling-groups.ts';
import { cloudWatchAlarms } from '../../shared/aws/cloudwatch-alarms.ts';
import { dynamoLedger } from '../../shared/aws/dynamodb-ledger.ts';
import { ledgerTable } from '../../shared/aws/dynamodb-table.ts';
import { lambdaStarter } from '../../shared/aws/lambda-starter.ts';
import { lifecycleHooks } from '../../shared/aws/lifecycle-hooks.ts';
import { snsSubscribers } from '../../shared/aws/sns-subscribers.ts';
import { functionOutbox } from '../outbox.ts';
import { systemClock } from '../../shared/aws/clock.ts';
import { runtime } from '../../shared/config/runtime.ts';
import type { ReconcilePorts } from '../../shared/workflows/reconcile.ts';

export function wire(): ReconcilePorts {
  const { stage, table, outboxUrl, topicArn, functionPrefix, configuration } = runtime();
  const items = ledgerTable(table, systemClock);
  return {
    stage,
    fleets: configuration.fleets,
    groups: autoScalingGroups(),
    hooks: lifecycleHooks(),
    alarms: cloudWatchAlarms(),
    ledger: dynamoLedger(items),
    outbox: functionOutbox(items, outboxUrl),
    starter: lambdaStarter(functionPrefix, writeOwnEvent),
    addresses: configuration.notify.email,
    subscribers: snsSubscribers(topicArn),
    clock: systemClock,
  };
}
