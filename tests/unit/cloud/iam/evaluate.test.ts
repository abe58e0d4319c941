import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../tools/cloud/iam/evaluate.ts';
import { parsePolicy } from '../../../../tools/cloud/iam/policy.ts';
import { authorizeService } from '../../../../tools/cloud/iam/resource-policy.ts';
import { fits } from '../../../../tools/cloud/iam/wildcards.ts';

type Facts = Readonly<Record<string, string | readonly string[]>>;

/** What a policy of these statements says to an action on a resource. */
function outcome(statements: readonly object[], action: string, resource = '*', facts: Facts = {}): string {
  const Statement = statements.map((statement) => ({
    Effect: 'Allow',
    ...(!('NotAction' in statement) && { Action: '*' }),
    ...(!('NotResource' in statement) && { Resource: '*' }),
    ...statement,
  }));
  const policy = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), 'identity');
  const context = (key: string) => {
    const value = facts[key];
    return typeof value === 'string' ? [value] : value;
  };
  return evaluate([policy], { action, resource, context }).outcome;
}

const [ALLOWED, IMPLICIT, EXPLICIT] = ['allowed', 'denied implicitly', 'denied explicitly'];

describe('statements are put together', () => {
  it('so that nothing is allowed unless one allows it', () => {
    expect(outcome([{ Action: 'sqs:Send*' }], 'sqs:SendMessage')).toBe(ALLOWED);
    expect(outcome([{ Action: 'sqs:Send*' }], 'sqs:ReceiveMessage')).toBe(IMPLICIT);
  });

  it('so that one deny wins over every allow, in whatever order', () => {
    const statements = [{}, { Effect: 'Deny', Action: 'sqs:DeleteQueue' }, {}];
    expect(outcome(statements, 'sqs:DeleteQueue')).toBe(EXPLICIT);
    expect(outcome([...statements].reverse(), 'sqs:DeleteQueue')).toBe(EXPLICIT);
    expect(outcome(statements, 'sqs:SendMessage')).toBe(ALLOWED);
  });

  it('with actions and resources they leave out', () => {
    expect(outcome([{ NotAction: 'iam:*' }], 'sqs:SendMessage')).toBe(ALLOWED);
    expect(outcome([{ NotAction: 'iam:*' }], 'iam:GetRole')).toBe(IMPLICIT);
    expect(outcome([{ NotResource: 'arn:a:*' }], 'x:Y', 'arn:b:1')).toBe(ALLOWED);
    expect(outcome([{ NotResource: 'arn:a:*' }], 'x:Y', 'arn:a:1')).toBe(IMPLICIT);
  });

  it('by actions in any case and resources in their own', () => {
    expect(outcome([{ Action: 'SQS:sendmessage' }], 'sqs:SendMessage')).toBe(ALLOWED);
    expect(outcome([{ Resource: 'arn:Queue' }], 'sqs:SendMessage', 'arn:queue')).toBe(IMPLICIT);
  });
});

describe('conditions', () => {
  const under = (condition: object, facts: Facts) => outcome([{ Condition: condition }], 'a:B', '*', facts);

  it.each<[string, object, Facts, string | undefined]>([
    ['one value of several', { StringEquals: { k: ['a', 'b'] } }, { k: 'b' }, ALLOWED],
    ['no value of several', { StringEquals: { k: ['a', 'b'] } }, { k: 'c' }, IMPLICIT],
    ['an absent key', { StringEquals: { k: 'a' } }, {}, IMPLICIT],
    ['an absent key, if it exists', { StringEqualsIfExists: { k: 'a' } }, {}, ALLOWED],
    ['a negated operator with an absent key', { StringNotEquals: { k: 'a' } }, {}, ALLOWED],
    [
      'a negated operator with one of its values',
      { StringNotEquals: { k: ['a', 'b'] } },
      { k: 'b' },
      IMPLICIT,
    ],
    ['Null of a key that is there', { Null: { k: 'false' } }, { k: 'x' }, ALLOWED],
    ['Null of a key that is not', { Null: { k: 'false' } }, {}, IMPLICIT],
    ['a pattern', { StringLike: { k: 'a*c' } }, { k: 'abbc' }, ALLOWED],
    [
      'an ARN whose * may not cross a colon',
      { ArnLike: { k: 'arn:aws:s3:*:b' } },
      { k: 'arn:aws:s3:::b' },
      IMPLICIT,
    ],
    ['numbers as numbers', { NumericLessThan: { k: '10' } }, { k: '9' }, ALLOWED],
    ['instants', { DateGreaterThan: { k: '2026-01-01T00:00:00Z' } }, { k: '2026-01-05T00:00:00Z' }, ALLOWED],
    ['networks', { IpAddress: { k: '10.0.0.0/8' } }, { k: '10.9.8.7' }, ALLOWED],
    ['other networks', { IpAddress: { k: '10.0.0.0/8' } }, { k: '11.9.8.7' }, IMPLICIT],
    ['all of many', { 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'c'] }, IMPLICIT],
    ['all of none', { 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, {}, ALLOWED],
    ['any of many', { 'ForAnyValue:StringEquals': { k: ['a', 'b'] } }, { k: ['c', 'a'] }, ALLOWED],
    [
      'both of two operators',
      { StringEquals: { k: 'a' }, Bool: { l: 'true' } },
      { k: 'a', l: 'false' },
      IMPLICIT,
    ],
  ])('on %s', (_what, condition, facts, expected) => {
    expect(under(condition, facts)).toBe(expected);
  });

  it('that nobody knows are refused aloud', () => {
    expect(() => under({ StringSounds: { k: 'a' } }, { k: 'a' })).toThrow('StringSounds');
  });

  it('and resources may speak of the caller', () => {
    const own = [{ Resource: 'arn:home/${aws:userid}/*' }];
    expect(outcome(own, 'a:B', 'arn:home/me/x', { 'aws:userid': 'me' })).toBe(ALLOWED);
    expect(outcome(own, 'a:B', 'arn:home/you/x', { 'aws:userid': 'me' })).toBe(IMPLICIT);
  });
});

describe('wildcards', () => {
  it('stand for any text, and nothing else does', () =>
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (before, between, after) => {
        const plain = (text: string) => text.replace(/[*?]/g, '');
        const [start, end] = [plain(before), plain(after)];
        expect(fits(`${start}*${end}`, start + between + end)).toBe(true);
        expect(fits(start, `${start}x`)).toBe(false);
      }),
    ));
});

describe('policies of resources', () => {
  const account = { id: '123456789012', region: 'eu-central-1', zones: [] };
  const queue = 'arn:aws:sqs:eu-central-1:123456789012:q';
  const rule = 'arn:aws:events:eu-central-1:123456789012:rule/r';
  const policy = JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queue,
        Condition: { ArnEquals: { 'aws:SourceArn': rule } },
      },
    ],
  });
  const may = (service: string, sourceArn: string, document: string | undefined = policy) =>
    authorizeService({ kind: 'service', service, sourceArn }, 'sqs:SendMessage', queue, document, account);

  it('let in the service they name, for the source they name', () => {
    expect(may('events.amazonaws.com', rule)).toBe(true);
    expect(may('events.amazonaws.com', `${rule}2`)).toBe(false);
    expect(may('sns.amazonaws.com', rule)).toBe(false);
  });

  it('let in nobody where there is none', () => {
    expect(may('events.amazonaws.com', rule, '')).toBe(false);
  });
});
