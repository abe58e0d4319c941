import { describe, expect, it } from 'vitest';
import { reportedFailures } from '../../../../tools/cloud/services/lambda/event-sources/records.ts';

const SENT = new Set(['a', 'b']);

describe('a report of batch item failures', () => {
  it.each([
    ['null', []],
    ['{}', []],
    ['{"batchItemFailures":[]}', []],
    ['{"batchItemFailures":[{"itemIdentifier":"b"}]}', ['b']],
  ])('%s names the failed ones', (payload, failed) => {
    expect([...(reportedFailures(payload, SENT) ?? ['whole batch'])]).toEqual(failed);
  });

  it.each([
    '"text"',
    '{"batchItemFailures":"a"}',
    '{"batchItemFailures":[{"itemIdentifier":""}]}',
    '{"batchItemFailures":[{"itemIdentifier":"stranger"}]}',
    '{"batchItemFailures":[{"id":"a"}]}',
  ])('%s fails the whole batch', (payload) => {
    expect(reportedFailures(payload, SENT)).toBeUndefined();
  });
});
