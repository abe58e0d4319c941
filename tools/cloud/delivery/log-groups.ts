import { AwsError } from '../kernel/index.ts';
import type { Target } from './parcel.ts';

/** What is needed of CloudWatch Logs. */
interface Logs {
  readonly hasGroup: (group: string) => boolean;
  readonly append: (group: string, stream: string, line: string) => void;
}

/** The stream that a rule's events are written to: EventBridge names its streams by itself. */
const STREAM = 'events';

/** Log groups as targets of rules. Resource policies of Logs are not asked: the local cloud has none. */
export function logGroupTarget(logs: Logs): Target {
  return (arn, { body }) => {
    const group = arn.replace(/^.*:log-group:/, '').replace(/:\*$/, '');
    if (!logs.hasGroup(group)) {
      throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    }
    logs.append(group, STREAM, body);
  };
}
