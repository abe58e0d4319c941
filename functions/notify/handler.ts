import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { sqsMessages } from '../../shared/aws/sqs-messages.ts';
import { runtime } from '../../shared/config/runtime.ts';
import { powertoolsObserver } from '../observe.ts';
import { deliverAll } from './deliveries.ts';
import { wire } from './wire.ts';

const on = wire();
const messages = sqsMessages(runtime().outboxUrl);
const observer = powertoolsObserver();

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .before(({ context }) => {
    observer.began(context.awsRequestId);
  })
  .handler((event: SQSEvent) => deliverAll(event, on, messages, observer));
