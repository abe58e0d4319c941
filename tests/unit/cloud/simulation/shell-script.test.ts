import { describe, expect, it } from 'vitest';
import { parseScript } from '../../../../tools/cloud/simulation/shell-script.ts';

describe('a script', () => {
  it('is its commands, each with what it waits for', () => {
    expect(parseScript('a 1; b && c || d\ne')).toEqual([
      { when: 'always', words: ['a', '1'] },
      { when: 'always', words: ['b'] },
      { when: 'succeeded', words: ['c'] },
      { when: 'failed', words: ['d'] },
      { when: 'always', words: ['e'] },
    ]);
  });

  it('keeps quoted words whole', () => {
    expect(parseScript(`echo 'a; b' "c && d" e'f 'g`)[0]?.words).toEqual(['echo', 'a; b', 'c && d', 'ef g']);
  });

  it('passes over comments, empty lines and redirections', () => {
    expect(parseScript('#!/bin/sh\n\n  # nothing\na >/dev/null 2>&1 # more')).toEqual([
      { when: 'always', words: ['a'] },
    ]);
  });

  it.each(['a | b', 'a &', "a 'b"])('does not know %s', (script) => {
    expect(() => parseScript(script)).toThrow(SyntaxError);
  });
});
