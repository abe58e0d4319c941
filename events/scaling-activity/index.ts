import type { EventOf } from '../../shared/domain/index.ts';
import type { EventKind } from '../wire.ts';
import { fromSource, parseWith } from '../wire.ts';
import { failedActivityEvent } from './schema.ts';

type Failure = EventOf<'launch-unsuccessful' | 'terminate-unsuccessful'>['kind'];

function failedActivity(detailType: string, kind: Failure): EventKind {
  return {
    recognises: fromSource('aws.autoscaling', [detailType]),
    parse: parseWith(failedActivityEvent, ({ id, time, detail }) => ({
      kind,
      id,
      at: time,
      group: detail.AutoScalingGroupName,
      statusMessage: detail.StatusMessage,
      ...(detail.EC2InstanceId && { instance: detail.EC2InstanceId }),
    })),
  };
}

/** A group could not launch an instance: invisible to whoever sets its desired capacity. */
export const launchUnsuccessful = failedActivity('EC2 Instance Launch Unsuccessful', 'launch-unsuccessful');

export const terminateUnsuccessful = failedActivity(
  'EC2 Instance Terminate Unsuccessful',
  'terminate-unsuccessful',
);
