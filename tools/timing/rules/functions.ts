/** Functions against the queues that they read and the schedules that start them. */
import type { Finding } from '../finding.ts';
import { finding, spoken } from '../finding.ts';
import type { FunctionClocks, QueueClocks, TimingModel } from '../model.ts';

const MOST_TIMEOUT = 900;
/** What Lambda's documentation asks of a queue, in timeouts of the function that reads it. */
const RETRIES_FIT = 6;

export function functions({ functions: all, queues }: TimingModel): readonly Finding[] {
  return [
    ...all.flatMap(timeout),
    ...queues.flatMap((queue) => [...visibility(queue), ...deadLetters(queue)]),
  ];
}

function timeout({ id, timeout: seconds }: FunctionClocks): Finding[] {
  if (seconds === undefined || (seconds >= 1 && seconds <= MOST_TIMEOUT)) return [];
  const mend = 'work that takes longer is a durable function’s';
  return [finding('FUNCTION_TIMEOUT', id, `its timeout is ${seconds} s`, mend, { timeout: seconds })];
}

function visibility({ id, visibility: seconds, readers }: QueueClocks): Finding[] {
  if (seconds === undefined) return [];
  return readers.flatMap(({ function: { id: reader, timeout: limit }, batchWindow = 0 }) => {
    if (limit === undefined) return [];
    const need = RETRIES_FIT * limit + batchWindow;
    const facts = { visibility: seconds, timeout: limit, batchWindow };
    const mend = `set VisibilityTimeout of ${id} to ${need} or more`;
    if (seconds < limit) {
      const message = `a message is hidden for ${spoken(seconds)}, and ${reader} may take ${spoken(limit)}`;
      return [finding('VISIBILITY_BELOW_TIMEOUT', id, message, mend, facts)];
    }
    if (seconds >= need) return [];
    const message =
      `a message is hidden for ${spoken(seconds)}; ${RETRIES_FIT} × ${limit} s of ${reader}` +
      `${batchWindow > 0 ? ` and a batching window of ${batchWindow} s` : ''} are ${spoken(need)}`;
    return [finding('VISIBILITY_SHORT', id, message, mend, facts)];
  });
}

function deadLetters({ id, retention, deadLetters: letters }: QueueClocks): Finding[] {
  if (letters?.retention === undefined || retention === undefined || letters.retention >= retention)
    return [];
  return [
    finding(
      'DEAD_LETTERS_EXPIRE',
      letters.id,
      `it keeps messages ${spoken(letters.retention)}, counted from when ${id} got them, which keeps them ${spoken(retention)}`,
      `set MessageRetentionPeriod of ${letters.id} to ${retention} or more`,
      { retention, deadLetterRetention: letters.retention },
    ),
  ];
}
