import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../tools/cloud/wire/model/pattern.ts';

describe("a pattern of AWS's models", () => {
  it('must match the whole value', () => {
    expect(compilePattern('[a-z]+').test('abc')).toBe(true);
    expect(compilePattern('[a-z]+').test('abc!')).toBe(false);
    expect(compilePattern('a|b').test('ab')).toBe(false);
  });

  it.each([
    [String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]*`, 'Größe 1', 'a!'],
    [String.raw`[\w-_]*`, 'a-_', 'a b'],
    [String.raw`[A-Za-z0-9\_\-]+`, 'a_-', 'a\\'],
    [String.raw`arn:aws([a-z]|\-)*:x`, 'arn:aws-cn:x', 'arn:aws_:x'],
    [String.raw`\p{Print}+`, 'a ~', 'é'],
    [String.raw`[\p{Print}]+`, 'a ~', 'é'],
    [String.raw`(?i)all|[0-9]{12}`, 'ALL', 'none'],
    [String.raw`[0-9A-Za-z\.\-_]*(?<!\.)`, 'a.b', 'a.'],
    [String.raw`[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*`, 'a🚢', '\u0000'],
  ])('is understood as Java understands it: %s', (pattern, good, bad) => {
    expect(compilePattern(pattern).test(good)).toBe(true);
    expect(compilePattern(pattern).test(bad)).toBe(false);
  });

  it('is refused, not bent, where JavaScript has no equal', () => {
    expect(() => compilePattern('a++')).toThrow(SyntaxError);
  });
});
