import { describe, expect, it } from 'vitest';
import { readRuntime } from '../../../../shared/config/runtime.ts';

const environment = {
  LAMBDA_TASK_ROOT: '/var/task',
  EVENKEEL_STAGE: 'prod',
  EVENKEEL_TABLE: 'ledger',
  EVENKEEL_OUTBOX_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/outbox',
  EVENKEEL_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:notifications',
  EVENKEEL_FUNCTION_PREFIX: 'evenkeel-prod-',
};
const fleets = JSON.stringify({ fleets: { web: { adopt: { group: 'g' } } } });

describe('what a function is told by its surroundings', () => {
  it('is read from the environment and the file beside the code', () => {
    const paths: string[] = [];
    const runtime = readRuntime(environment, (path) => {
      paths.push(path);
      return fleets;
    });
    expect(paths).toEqual(['/var/task/fleets.json']);
    expect(runtime).toMatchObject({ stage: 'prod', table: 'ledger', functionPrefix: 'evenkeel-prod-' });
    expect(runtime.configuration.fleets[0]?.name).toBe('web');
  });

  it('cannot be changed by anybody', () => {
    const { configuration } = readRuntime(environment, () => fleets);
    expect(Object.isFrozen(configuration.fleets[0]?.scaling.cooldown)).toBe(true);
  });

  it('stops the function before it starts, with all that is wrong in both', () => {
    const { EVENKEEL_TABLE: _, ...incomplete } = environment;
    const read = () => readRuntime({ ...incomplete, EVENKEEL_OUTBOX_URL: 'nowhere' }, () => '{"fleets": {}}');
    expect(read).toThrow(
      'cannot start:\n' +
        "  EVENKEEL_TABLE: is missing: give the name of the ledger's table\n" +
        '  EVENKEEL_OUTBOX_URL: "nowhere" is wrong: give the URL of the outbox\'s queue\n' +
        '  fleets: name at least one fleet',
    );
  });

  it('says so when the file is missing or no JSON', () => {
    const missing = () =>
      readRuntime(environment, () => {
        throw new Error('ENOENT');
      });
    expect(missing).toThrow('fleets.json: cannot be read: ENOENT');
    expect(() => readRuntime(environment, () => '{')).toThrow('fleets.json: cannot be read');
  });
});
