import type { EventKind } from '../wire.ts';
import { fromSource, parseWith } from '../wire.ts';
import { instanceRefreshEvent } from './schema.ts';

const PREFIX = 'EC2 Auto Scaling Instance Refresh ';

/** The events' words for what the API calls `Successful`, `RollbackInProgress` and so on. */
const STATUS_OF: Readonly<Record<string, string>> = {
  Started: 'InProgress',
  'Checkpoint Reached': 'InProgress',
  'Started Baking': 'Baking',
  Succeeded: 'Successful',
  Failed: 'Failed',
  Cancelled: 'Cancelled',
  'Rollback Started': 'RollbackInProgress',
  'Rollback Succeeded': 'RollbackSuccessful',
  'Rollback Failed': 'RollbackFailed',
};

/** An instance refresh has come to another stage; told in the words of `DescribeInstanceRefreshes`. */
export const instanceRefreshChange: EventKind = {
  recognises: fromSource(
    'aws.autoscaling',
    Object.keys(STATUS_OF).map((stage) => `${PREFIX}${stage}`),
  ),
  parse: parseWith(instanceRefreshEvent, (event) => {
    const stage = event['detail-type'].slice(PREFIX.length);
    return {
      kind: 'refresh-changed',
      id: event.id,
      at: event.time,
      group: event.detail.AutoScalingGroupName,
      refresh: event.detail.InstanceRefreshId,
      status: STATUS_OF[stage] ?? stage,
    };
  }),
};
