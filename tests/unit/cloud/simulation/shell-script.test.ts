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

  it('sends output into a file, anew or at its end', () => {
    expect(parseScript('a > /x; b >>"/y z" 2>&1')).toEqual([
      { when: 'always', words: ['a'], into: { path: '/x', appends: false } },
      { when: 'always', words: ['b'], into: { path: '/y z', appends: true } },
    ]);
  });

  it.each(['a | b', 'a &', "a 'b"])('does not know %s', (script) => {
    expect(() => parseScript(script)).toThrow(SyntaxError);
  });
});
