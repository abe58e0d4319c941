import { dynamoStories } from '../../shared/aws/dynamodb-stories.ts';
import { ledgerTable } from '../../shared/aws/dynamodb-table.ts';
import { functionOutbox } from '../outbox.ts';
import { ssmSecrets } from '../../shared/aws/ssm-secrets.ts';
import { systemClock } from '../../shared/aws/clock.ts';
import { runtime } from '../../shared/config/runtime.ts';
import type { NotifyPolicy } from '../../shared/domain/index.ts';
import { emailChannel } from '../../shared/notify/email.ts';
import { slackChannel } from '../../shared/notify/slack.ts';
import type { Channel } from '../../shared/ports/index.ts';
import type { NotifyPorts } from '../../shared/workflows/notify.ts';

export function wire(): NotifyPorts {
  const { table, outboxUrl, topicArn, configuration, stage } = runtime();
  const items = ledgerTable(table, systemClock);
  return {
    stage,
    channels: channelsOf(configuration.notify, topicArn),
    stories: dynamoStories(items),
    outbox: functionOutbox(items, outboxUrl),
    clock: systemClock,
  };
}

function channelsOf({ email, slack }: NotifyPolicy, topicArn: string): Channel[] {
  return [
    ...(email.length === 0 ? [] : [emailChannel(topicArn)]),
    ...(slack === undefined ? [] : [slackChannel(slack.webhookParameter, ssmSecrets(systemClock))]),
  ];
}
