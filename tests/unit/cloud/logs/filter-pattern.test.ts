import { describe, expect, it } from 'vitest';
import { filterPattern } from '../../../../tools/cloud/services/logs/filter-pattern.ts';

describe('a filter pattern of terms', () => {
  it.each([
    ['', 'anything', true],
    ['ERROR', 'an ERROR here', true],
    ['ERROR', 'an error here', false],
    ['ERROR timeout', 'ERROR: timeout', true],
    ['ERROR timeout', 'ERROR: refused', false],
    ['ERROR -timeout', 'ERROR: timeout', false],
    ['ERROR -timeout', 'ERROR: refused', true],
    ['?ERROR ?WARN', 'a WARN', true],
    ['?ERROR ?WARN', 'an INFO', false],
    ['"connection reset"', 'a connection reset by peer', true],
    ['"connection reset"', 'reset the connection', false],
    ['"say \\"hi\\""', 'they say "hi"', true],
  ])('%j on %j: %s', (pattern, line, isMatch) => {
    expect(filterPattern(pattern)(line)).toBe(isMatch);
  });

  it.each(['{ $.level = "ERROR" }', '[ip, user]', '%ab+%'])('is no %s', (pattern) => {
    expect(() => filterPattern(pattern)).toThrow(
      expect.objectContaining({ code: 'InvalidParameterException' }),
    );
  });
});
