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
  it('are a generated day by default, as fast as its scenario goes', () => {
    expect(readOptions([], true)).toMatchObject({
      trace: undefined,
      scenario: 'day',
      speed: undefined,
      drains: true,
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

describe('the options of real requests', () => {
  it('are how many, and whether instances are drained', () => {
    const given = ['--scenario', 'traffic', '--requests', '50000', '--no-drain'];
    expect(readOptions(given, true)).toMatchObject({ requests: 50_000, drains: false });
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
    [['--hours', '-1'], /--hours has no value that can be used/],
    [['--json', ''], /--json names no file/],
    [['--sped', '1'], /--sped/],
    [['--requests', '10'], /--requests is for --scenario traffic alone: add that, or leave it out/],
    [['--no-drain'], /--no-drain is for --scenario traffic alone/],
    [
      ['--scenario', 'traffic', '--requests', '0'],
      /--requests 0 cannot be used: give a whole number from 1 to 100000000/,
    ],
    [['--scenario', 'traffic', '--requests', '1e3.5'], /--requests 1e3.5 cannot be used/],
    [
      ['--scenario', 'traffic', '--hours', '2'],
      /--hours is not for --scenario traffic: .* --requests says how much/,
    ],
    [
      ['--scenario', 'workers', '--trace', 'load.csv'],
      /--trace is not for --scenario workers: it brings a load of its own/,
    ],
    [
      ['--scenario', 'traffic', '--speed', 'max'],
      /--speed max is not for --scenario traffic: .* give a number/,
    ],
  ])('%j', (args, message) => {
    expect(refused(...args)).toMatch(message);
  });
});
