import type { Cause } from '../finding.ts';
import { WINDOW_MINUTES } from '../picture.ts';
import { count } from './targets.ts';

export const controlPlaneFails: Cause = ({ controlPlane: { failures } }) =>
  failures.map(({ fn, errors, throttles }) => ({
    code: 'CONTROL_PLANE_FAILS',
    subject: `function ${fn}`,
    verdict: `Evenkeel's own function ${errors > 0 ? 'fails' : 'is throttled'}.`,
    evidence: [`${count(errors, 'error')}, ${count(throttles, 'throttle')} in ${WINDOW_MINUTES} minutes`],
    mend: [`aws logs tail /aws/lambda/${fn} --since ${WINDOW_MINUTES}m --filter-pattern ERROR`],
  }));

export const deadLetters: Cause = ({ controlPlane: { deadLetters: queues } }) =>
  queues.map(({ queue, messages }) => ({
    code: 'DEAD_LETTERS',
    subject: `queue ${queue.slice(queue.lastIndexOf('/') + 1)}`,
    verdict: `${count(messages, 'message')} that no function could take.`,
    evidence: [`ApproximateNumberOfMessages is ${messages}`],
    mend: [
      `aws sqs receive-message --queue-url ${queue} --message-attribute-names All --attribute-names All`,
    ],
  }));
