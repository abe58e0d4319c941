import { describe, expect, it } from 'vitest';
import { readOptions } from '../../../tools/sandbox/options.ts';
import { UsageError } from '../../../tools/sandbox/usage-error.ts';

const refused = (...args: string[]) => {
  let message = '';
  try {
    readOptions(args, true);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    message = (error as UsageError).message;
  }
  expect(message).not.toContain('\n');
  return message;
};

describe('the options of npm start', () => {
  it('are a generated day, a day a minute, by default', () => {
    expect(readOptions([], true)).toMatchObject({
      trace: undefined,
      scenario: 'day',
      speed: 1440,
      seed: 1,
      once: false,
    });
  });

  it('end the run by itself where there is no terminal', () => {
    expect(readOptions([], false)).toMatchObject({ once: true });
  });

  it('take the greatest speed by its name', () => {
    expect(readOptions(['--speed', 'max'], true)).toMatchObject({ speed: 'max' });
  });
});

describe('what cannot be used is refused in one line that names option, value and mend', () => {
  it.each([
    [['--scenario', 'chaos'], /--scenario chaos is unknown: give one of day, calm, broken-image, spot/],
    [['--speed', 'fast'], /--speed fast cannot be used: give a number above 0 or 'max'/],
    [['--speed', '0'], /--speed 0 /],
    [['--seed', '1.5'], /--seed 1.5 cannot be used: give a whole number from 0/],
    [['--port', '70000'], /--port 70000 cannot be used: give a whole number from 0 to 65535/],
    [['--hours', ''], /--hours /],
    [['--sped', '1'], /--sped/],
  ])('%j', (args, message) => {
    expect(refused(...args)).toMatch(message);
  });
});
