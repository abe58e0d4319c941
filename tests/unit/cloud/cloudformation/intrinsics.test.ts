import { describe, expect, it } from 'vitest';
import { Resolver } from '../../../../tools/cloud/services/cloudformation/template/intrinsics.ts';

const resolver = new Resolver({
  template: {
    Resources: {},
    Conditions: { Yes: { 'Fn::Equals': ['1', 1] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
    Mappings: { Sizes: { prod: { web: 3 } } },
  },
  values: new Map<string, unknown>([
    ['Stage', 'prod'],
    ['Zones', ['a', 'b']],
    ['AWS::Region', 'eu-central-1'],
  ]),
  zones: ['eu-central-1a', 'eu-central-1b'],
  ref: (name) => `ref-${name}`,
  attribute: (name, attribute) => `${name}/${attribute}`,
  importValue: (name) => `import-${name}`,
});

describe('intrinsic functions', () => {
  it.each([
    [{ Ref: 'Stage' }, 'prod'],
    [{ Ref: 'Queue' }, 'ref-Queue'],
    [{ 'Fn::GetAtt': 'Queue.Arn' }, 'Queue/Arn'],
    [{ 'Fn::GetAtt': ['Bucket', 'A.B'] }, 'Bucket/A.B'],
    [
      { 'Fn::Sub': '${Stage}-${Queue.Arn}-${!Literal}-${AWS::Region}' },
      'prod-Queue/Arn-${Literal}-eu-central-1',
    ],
    [{ 'Fn::Sub': ['${own}${Stage}', { own: { Ref: 'Queue' } }] }, 'ref-Queueprod'],
    [{ 'Fn::Join': ['-', [{ Ref: 'Stage' }, 1]] }, 'prod-1'],
    [{ 'Fn::Join': [',', { Ref: 'Zones' }] }, 'a,b'],
    [{ 'Fn::Split': [':', 'a:b'] }, ['a', 'b']],
    [{ 'Fn::Select': ['1', { 'Fn::GetAZs': '' }] }, 'eu-central-1b'],
    [{ 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'web'] }, 3],
    [{ 'Fn::FindInMap': ['Sizes', 'dev', 'web', { DefaultValue: 1 }] }, 1],
    [{ 'Fn::If': ['Yes', 'then', 'else'] }, 'then'],
    [{ 'Fn::If': ['No', 'then', 'else'] }, 'else'],
    [{ 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] }] }, true],
    [{ 'Fn::Base64': 'hi' }, 'aGk='],
    [{ 'Fn::Length': { Ref: 'Zones' } }, 2],
    [{ 'Fn::ToJsonString': { a: { Ref: 'Stage' } } }, '{"a":"prod"}'],
    [{ 'Fn::ImportValue': { 'Fn::Sub': '${Stage}-x' } }, 'import-prod-x'],
    [{ 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }, ['10.0.0.0/24', '10.0.1.0/24']],
    [{ Condition: { StringEquals: {} } }, { Condition: { StringEquals: {} } }],
  ])('%j is %j', (given, expected) => {
    expect(resolver.resolve(given)).toEqual(expected);
  });

  it('leave out what is AWS::NoValue, in maps and lists', () => {
    const none = { Ref: 'AWS::NoValue' };
    expect(resolver.resolve({ a: none, b: [1, none], c: { 'Fn::If': ['No', 1, none] } })).toEqual({ b: [1] });
  });

  it.each([
    [{ 'Fn::Colour': 1 }, 'Unrecognized intrinsic function Fn::Colour'],
    [{ 'Fn::Select': [5, ['a']] }, 'cannot select nonexistent value at index 5'],
    [{ 'Fn::FindInMap': ['Sizes', 'dev', 'web'] }, 'Unable to get mapping for Sizes::dev::web'],
    [{ 'Fn::If': ['Missing', 1, 2] }, 'Unresolved condition dependency Missing'],
    [{ 'Fn::Join': ['-', 'abc'] }, 'Fn::Join requires a list argument'],
    [{ 'Fn::GetAtt': ['Queue'] }, 'requires two non-empty parameters'],
    [{ 'Fn::Cidr': ['10.0.0.0/24', 2, 8] }, 'does not hold 2 blocks'],
    [{ 'Fn::Sub': '${own}', extra: 1 }, undefined],
  ])('of %j: %s', (given, message) => {
    if (message === undefined) expect(resolver.resolve(given)).toEqual(given);
    else expect(() => resolver.resolve(given)).toThrow(message);
  });
});
