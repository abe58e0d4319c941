import { describe, expect, it } from 'vitest';
import { runAgainstCloud } from '../python/run.ts';
import { expectResults, tally } from '../results.ts';

interface Outcome {
  /** `clients/test_sqs.py::test_a_message_comes_back` */
  readonly test: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly detail: string;
}

/** pytest exits with 1 for tests that failed, with more for what it could not run. */
const MORE_THAN_FAILED_TESTS = 2;

const run = await runAgainstCloud<Outcome>('pytest', (folder) => [
  '-q',
  '-p',
  'no:cacheprovider',
  '--basetemp',
  `${folder}/tmp`,
  import.meta.dirname,
]);

describe('the AWS CLI and boto3 find an account', () => {
  for (const { test, outcome, detail } of run.lines)
    it(test.replace(/^.*clients\//, ''), () => expect(outcome, detail).toBe('passed'));

  it('as often as the committed count says', async () => {
    const outcomes = run.lines.map(({ outcome }) => outcome);
    await expectResults('clients', { tests: run.lines.length, ...tally(outcomes) });
  });

  it('and pytest could read every file', () => {
    expect(run.exitCode, run.stdout + run.stderr).toBeLessThan(MORE_THAN_FAILED_TESTS);
  });
});
