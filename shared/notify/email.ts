import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { CLIENT_OPTIONS } from '../aws/clients.ts';
import { emailOf } from '../policy/messages/email.ts';
import type { Channel } from '../ports/index.ts';
import { reasonOf } from './reason.ts';

/** Errors of Publish that no retry mends: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const FINAL = new Set([
  'AuthorizationErrorException',
  'AuthorizationError',
  'AccessDenied',
  'AccessDeniedException',
  'NotFoundException',
  'NotFound',
  'InvalidParameterException',
  'InvalidParameter',
  'InvalidParameterValueException',
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSNotFoundException',
  'KMSInvalidStateException',
]);

/** How long to wait before SNS is asked again. */
const PAUSE = 30;

/** Email by an SNS topic, to all who have confirmed their subscription. */
export function emailChannel(topicArn: string, client = new SNSClient(CLIENT_OPTIONS)): Channel {
  return {
    name: 'email',
    deliver: async (story) => {
      const { subject, text } = emailOf(story);
      try {
        await client.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: text }));
        return { outcome: 'delivered' };
      } catch (error) {
        const reason = reasonOf(error);
        const isFinal = error instanceof Error && FINAL.has(error.name);
        return isFinal ? { outcome: 'refused', reason } : { outcome: 'later', after: PAUSE, reason };
      }
    },
  };
}
