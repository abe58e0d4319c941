import { describe, expect, it } from 'vitest';
import { functionRef, roleNameOf } from '../../../../tools/cloud/services/lambda/names.ts';

describe('the name of a function', () => {
  it.each([
    ['scale', undefined, { name: 'scale' }],
    ['scale:live', undefined, { name: 'scale', qualifier: 'live' }],
    ['scale', '3', { name: 'scale', qualifier: '3' }],
    ['123456789012:function:scale', undefined, { name: 'scale' }],
    ['arn:aws:lambda:eu-central-1:123456789012:function:scale', undefined, { name: 'scale' }],
    [
      'arn:aws:lambda:eu-central-1:123456789012:function:scale:$LATEST',
      undefined,
      { name: 'scale', qualifier: '$LATEST' },
    ],
    ['arn:aws:lambda:us-gov-west-1:123456789012:function:a-b_c:7', '7', { name: 'a-b_c', qualifier: '7' }],
  ])('%s with %s', (name, qualifier, ref) => {
    expect(functionRef(name, qualifier)).toEqual(ref);
  });

  it.each(['', 'a b', 'arn:aws:sqs:eu-central-1:123456789012:queue:x:y', undefined])('is not %s', (name) => {
    expect(() => functionRef(name)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
  });

  it('has one qualifier', () => {
    expect(() => functionRef('scale:1', '2')).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValueException' }),
    );
  });
});

it('finds the name of a role behind its path', () => {
  expect(roleNameOf('arn:aws:iam::123456789012:role/service/evenkeel-scale')).toBe('evenkeel-scale');
});
