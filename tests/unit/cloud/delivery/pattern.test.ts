import { describe, expect, it } from 'vitest';
import { parsePattern } from '../../../../tools/cloud/delivery/pattern/pattern.ts';

function matches(pattern: unknown, event: unknown): boolean {
  return parsePattern(JSON.stringify(pattern))(event);
}

describe('a pattern matches', () => {
  const event = {
    source: 'aws.ec2',
    detail: {
      state: 'running',
      count: 5,
      none: null,
      empty: [],
      tags: ['web', 'Prod'],
      ip: '10.1.2.3',
      ip6: '2001:db8::1',
      path: 'images/a*b.png',
      disks: [
        { id: 'a', size: 10 },
        { id: 'b', size: 20 },
      ],
    },
  };

  it.each([
    [{ source: ['aws.ec2', 'aws.rds'] }, true],
    [{ source: ['aws.rds'] }, false],
    [{ source: ['aws.ec2'], detail: { state: ['stopped'] } }, false],
    [{ detail: { count: [5] } }, true],
    [{ detail: { count: ['5'] } }, false],
    [{ detail: { none: [null] } }, true],
    [{ detail: { tags: ['web'] } }, true],
    [{ detail: { state: [{ prefix: 'run' }] } }, true],
    [{ detail: { state: [{ prefix: { 'equals-ignore-case': 'RUN' } }] } }, true],
    [{ detail: { state: [{ suffix: 'ning' }] } }, true],
    [{ detail: { state: [{ suffix: { 'equals-ignore-case': 'NING' } }] } }, true],
    [{ detail: { tags: [{ 'equals-ignore-case': 'PROD' }] } }, true],
    [{ detail: { state: [{ 'anything-but': 'running' }] } }, false],
    [{ detail: { state: [{ 'anything-but': ['stopped', 'pending'] }] } }, true],
    [{ detail: { count: [{ 'anything-but': [5] }] } }, false],
    [{ detail: { state: [{ 'anything-but': { prefix: 'run' } }] } }, false],
    [{ detail: { state: [{ 'anything-but': { suffix: 'x' } }] } }, true],
    [{ detail: { state: [{ 'anything-but': { 'equals-ignore-case': ['RUNNING', 'x'] } }] } }, false],
    [{ detail: { path: [{ 'anything-but': { wildcard: '*.png' } }] } }, false],
    [{ detail: { missing: [{ 'anything-but': 'x' }] } }, false],
    [{ detail: { count: [{ numeric: ['>', 4, '<=', 5] }] } }, true],
    [{ detail: { count: [{ numeric: ['=', 4] }] } }, false],
    [{ detail: { state: [{ numeric: ['>', 0] }] } }, false],
    [{ detail: { missing: [{ exists: false }] } }, true],
    [{ detail: { empty: [{ exists: true }] } }, false],
    [{ detail: { state: [{ exists: true }] } }, true],
    [{ gone: { deep: [{ exists: false }] } }, true],
    [{ detail: { ip: [{ cidr: '10.0.0.0/8' }] } }, true],
    [{ detail: { ip: [{ cidr: '10.1.2.0/31' }] } }, false],
    [{ detail: { ip6: [{ cidr: '2001:db8::/32' }] } }, true],
    [{ detail: { path: [{ wildcard: 'images/*.png' }] } }, true],
    [{ detail: { path: [{ wildcard: 'images/a\\*b.png' }] } }, true],
    [{ detail: { path: [{ wildcard: 'images/a\\*.png' }] } }, false],
    [{ detail: { disks: { id: ['a'], size: [10] } } }, true],
    [{ detail: { disks: { id: ['a'], size: [20] } } }, false],
    [{ detail: { tags: { x: [{ exists: false }] } } }, true],
    [{ detail: { disks: { label: [{ exists: false }] } } }, true],
    [{ detail: { disks: { id: ['a'], size: [{ exists: false }] } } }, false],
    [{ $or: [{ source: ['x'] }, { detail: { count: [5] } }] }, true],
    [{ $or: [{ source: ['x'] }, { detail: { count: [6] } }] }, false],
    [{ source: ['aws.ec2'], $or: [{ source: ['x'] }, { gone: ['y'] }] }, false],
  ])('%j: %s', (pattern, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });
});

describe('a pattern is refused', () => {
  it.each([
    ['no JSON', 'JSON'],
    ['[]', 'Filter is not an object'],
    ['{}', 'Empty objects are not allowed'],
    ['{"source": "aws.ec2"}', '"source" must be an object or an array'],
    ['{"source": []}', 'Empty arrays are not allowed'],
    ['{"source": [{"starts": "x"}]}', 'Unrecognized match type starts'],
    ['{"source": [{"prefix": 1}]}', 'prefix match pattern must be a string'],
    ['{"source": [{"prefix": "a", "suffix": "b"}]}', 'Only one key'],
    ['{"n": [{"numeric": [">"]}]}', 'numeric range'],
    ['{"n": [{"numeric": [">", 5, "<", 3]}]}', 'Bottom must be less than top'],
    ['{"n": [{"numeric": ["~", 5]}]}', 'Unrecognized numeric range operator'],
    ['{"n": [{"exists": "yes"}]}', 'exists match pattern'],
    ['{"n": [{"cidr": "10.0.0.0/33"}]}', 'mask bits must be < 32'],
    ['{"n": [{"wildcard": "a**b"}]}', 'Consecutive wildcard'],
    ['{"n": [{"wildcard": "a\\\\b"}]}', 'Invalid escape'],
    ['{"n": [{"anything-but": []}]}', 'anything-but'],
    ['{"n": [{"anything-but": ["a", 1]}]}', 'mixed type is not supported'],
    ['{"n": [{"anything-but": {"prefix": ""}}]}', 'Null prefix/suffix not allowed'],
    [
      '{"n": [{"anything-but": {"prefix": {"equals-ignore-case": "a"}}}]}',
      'prefix match pattern must be a string',
    ],
    ['{"n": [{"anything-but": {"suffix": []}}]}', 'Empty suffix list'],
    ['{"n": [{"cidr": "::1/128"}]}', 'mask bits must be < 128'],
    ['{"n": [["a"]]}', 'Arrays are not allowed'],
  ])('%s: %s', (pattern, reason) => {
    expect(() => parsePattern(pattern)).toThrow(reason);
  });
});
