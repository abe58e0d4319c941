import type { Demand, Subject } from './demand.ts';
import { at, everyOf, list, means, refusesPlainText, statements } from './read.ts';

const QUEUE = 'AWS::SQS::Queue';

const isDeadLetterQueue = ({ name }: Subject) => name.endsWith('DeadLetterQueue');

export const MESSAGES: readonly Demand[] = [
  {
    row: 29,
    rule: 'a topic is encrypted by the control plane’s key',
    type: 'AWS::SNS::Topic',
    met: ({ resource: { Properties } }) => means(Properties.KmsMasterKeyId, 'ControlPlaneKey'),
  },
  {
    row: 29,
    rule: 'a topic refuses who comes without TLS',
    type: 'AWS::SNS::Topic',
    met: ({ name, template }) => refusesPlainText(template, 'AWS::SNS::TopicPolicy', 'Topics', name),
    by: (name) => `${name}Policy`,
  },
  {
    row: 29,
    rule: 'the control plane’s key lets alarms and rules reach topic and queues',
    type: 'AWS::KMS::Key',
    where: ({ name }) => name === 'ControlPlaneKey',
    met: ({ resource: { Properties } }) => {
      const admitted = statements(Properties.KeyPolicy)
        .filter(({ Effect, Action }) => Effect === 'Allow' && list(Action).includes('kms:GenerateDataKey'))
        .flatMap(({ Principal }) => list(at(Principal, 'Service')));
      return ['cloudwatch', 'events', 'sns'].every((one) => admitted.includes(`${one}.amazonaws.com`));
    },
  },
  {
    row: 30,
    rule: 'a queue is encrypted by the control plane’s key',
    type: QUEUE,
    met: ({ resource: { Properties } }) => means(Properties.KmsMasterKeyId, 'ControlPlaneKey'),
  },
  {
    row: 30,
    rule: 'a queue refuses who comes without TLS',
    type: QUEUE,
    met: ({ name, template }) => refusesPlainText(template, 'AWS::SQS::QueuePolicy', 'Queues', name),
    by: (name) => `${name}Policy`,
  },
  {
    row: 30,
    rule: 'a queue hands what nobody can take to a dead-letter queue, unless it is one',
    type: QUEUE,
    where: (one) => !isDeadLetterQueue(one),
    met: ({ resource: { Properties } }) => at(Properties, 'RedrivePolicy.deadLetterTargetArn') !== undefined,
  },
  {
    row: 32,
    rule: 'what a rule cannot deliver goes to the dead-letter queue',
    type: 'AWS::Events::Rule',
    met: ({ resource: { Properties } }) =>
      everyOf(list(Properties.Targets), (one) =>
        means(at(one, 'DeadLetterConfig.Arn'), 'EventsDeadLetterQueue'),
      ),
  },
  {
    row: 32,
    rule: 'what a schedule cannot deliver goes to the dead-letter queue',
    type: 'AWS::Scheduler::Schedule',
    met: ({ resource: { Properties } }) =>
      means(at(Properties, 'Target.DeadLetterConfig.Arn'), 'EventsDeadLetterQueue'),
  },
  {
    row: 32,
    rule: 'what a subscription cannot deliver goes to the dead-letter queue',
    type: 'AWS::SNS::Subscription',
    met: ({ resource: { Properties } }) =>
      means(at(Properties, 'RedrivePolicy.deadLetterTargetArn'), 'EventsDeadLetterQueue'),
  },
  {
    row: 32,
    rule: 'what a function cannot take from its queue goes to that queue’s dead-letter queue',
    type: 'AWS::Lambda::EventSourceMapping',
    met: ({ resource: { Properties }, template }) => {
      const queue = template.Resources[String(at(Properties, 'EventSourceArn.Fn::GetAtt.0'))];
      return at(queue?.Properties, 'RedrivePolicy.deadLetterTargetArn') !== undefined;
    },
    by: () => 'OutboxQueue',
  },
];
