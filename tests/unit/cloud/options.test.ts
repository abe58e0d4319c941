import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../../tools/cloud/options.ts';

const NOW = Date.parse('2026-01-05T12:00:00Z');

describe('npm run cloud', () => {
  it('listens on 4566 in real time, beginning now', () => {
    expect(readCommandLine([], NOW)).toEqual({
      cloud: { port: 4566, seed: 1, start: NOW, region: 'eu-central-1', enforceIam: true },
      weather: undefined,
      speed: 1,
      persist: undefined,
      eventLog: undefined,
    });
  });

  it('takes other settings', () => {
    const args = ['--port', '0', '--speed', 'max', '--seed=7', '--start', '2026-02-01', '--no-iam'];
    expect(readCommandLine([...args, '--region', 'us-east-1', '--weather', 'storm.json'], NOW)).toEqual({
      cloud: { port: 0, seed: 7, start: Date.parse('2026-02-01'), region: 'us-east-1', enforceIam: false },
      weather: 'storm.json',
      speed: 'max',
      persist: undefined,
      eventLog: undefined,
    });
  });

  it('only tells how to use it when asked to', () => {
    expect(readCommandLine(['--help', '--port', 'x'], NOW)).toBeUndefined();
  });

  it.each([
    [['--port', '65536'], "--port must be a whole number from 0 to 65535, not '65536'"],
    [['--port', '-1'], '--port'],
    [['--port', '80a'], "not '80a'"],
    [['--speed', '0'], '--speed must be a number above 0, or max'],
    [['--speed', 'fast'], "not 'fast'"],
    [['--start', 'tomorrow'], '--start must be an instant'],
    [['--region', 'Moon'], '--region'],
    [['--colour'], '--colour'],
    [['extra'], 'extra'],
  ])('refuses %j in one line', (args, message) => {
    expect(() => readCommandLine(args, NOW)).toThrow(message);
  });
});
