import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', 'events');

/** A payload that stands beside the parser of its kind: `alarm-changed/sample.json`. */
export function sample(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, unknown>;
}

/** Every sample and what it is taken for. */
export const samples = {
  'alarm-changed/sample.json': 'alarm-changed',
  'alarm-changed/sample-direct-action.json': 'alarm-changed',
  'alarm-changed/sample-topic.json': 'alarm-changed',
  'lifecycle-action/sample.json': 'terminating',
  'lifecycle-action/sample-notification.json': 'launching',
  'spot-interruption/sample.json': 'spot-interruption',
  'capacity-reservation/sample.json': 'reservation-interruption',
  'rebalance/sample.json': 'rebalance-recommended',
  'health/sample.json': 'health-scheduled-change',
  'instance-state/sample.json': 'instance-state-changed',
  'scaling-activity/sample.json': 'launch-unsuccessful',
  'instance-refresh/sample.json': 'refresh-changed',
  'own/sample.json': 'refresh-due',
} as const;

const snsEnvelope = (message: string) => ({
  Type: 'Notification',
  MessageId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
  TopicArn: 'arn:aws:sns:eu-central-1:123456789012:fleet-events',
  Message: message,
  Timestamp: '2026-03-02T07:02:12.000Z',
  SignatureVersion: '2',
});

const sqsRecord = (body: string) => ({
  messageId: '059f36b4-87a3-44ab-83d2-661975830a7d',
  receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
  body,
  attributes: { ApproximateReceiveCount: '1' },
  messageAttributes: {},
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:fleet-events',
});

const snsRecord = (message: string) => ({
  EventSource: 'aws:sns',
  EventVersion: '1.0',
  EventSubscriptionArn: 'arn:aws:sns:eu-central-1:123456789012:fleet-events:2bcfbf39',
  Sns: snsEnvelope(message),
});

/** The ways in which a message may reach a function. */
export const transports = {
  bare: (message: unknown): unknown => message,
  'SNS → Lambda': (message: unknown): unknown => ({ Records: [snsRecord(JSON.stringify(message))] }),
  'SQS → Lambda': (message: unknown): unknown => ({ Records: [sqsRecord(JSON.stringify(message))] }),
  'SNS → SQS → Lambda': (message: unknown): unknown => ({
    Records: [sqsRecord(JSON.stringify(snsEnvelope(JSON.stringify(message))))],
  }),
  'SNS → SQS, received by hand': (message: unknown): unknown => snsEnvelope(JSON.stringify(message)),
};

/** A batch as SQS delivers it, one record for each text. */
export const sqsBatch = (...bodies: string[]): unknown => ({ Records: bodies.map(sqsRecord) });
