import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourcesNamedIn } from '../../../tools/templates/intrinsics.ts';
import { UNKNOWN } from '../../../tools/templates/model.ts';
import {
  flagAt,
  listAt,
  numberAt,
  readTemplate,
  textAt,
  valueAt,
} from '../../../tools/templates/template.ts';

const template = readTemplate(
  {
    Parameters: {
      Size: { Type: 'Number', Default: 3 },
      Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/image' },
      Asked: { Type: 'String' },
    },
    Resources: { Queue: { Type: 'AWS::SQS::Queue' }, Broken: { Properties: {} }, Odd: 7 },
  },
  { 'AWS::Region': 'eu-central-1' },
);

describe('a value of a template', () => {
  it.each([
    ['a plain one', 'x', 'x'],
    ['the default of a parameter', { Ref: 'Size' }, 3],
    ['a pseudo parameter that is known', { Ref: 'AWS::Region' }, 'eu-central-1'],
    ['a text with values', { 'Fn::Sub': 'in-${AWS::Region}-${Size}-${!kept}' }, 'in-eu-central-1-3-${kept}'],
    ['a text with values of its own', { 'Fn::Sub': ['${One}', { One: { Ref: 'Size' } }] }, '3'],
    ['a joined text', { 'Fn::Join': ['/', ['a', { Ref: 'Size' }]] }, 'a/3'],
    ['one of a list', { 'Fn::Select': ['1', ['a', { Ref: 'Size' }]] }, 3],
    ['a condition whose branches agree', { 'Fn::If': ['IsProd', 5, 5] }, 5],
    ['one that is left out', { Ref: 'AWS::NoValue' }, undefined],
  ])('is told: %s', (_, value, expected) => {
    expect(valueAt(template, { it: value }, 'it')).toBe(expected);
  });

  it.each([
    ['a parameter without a default', { Ref: 'Asked' }],
    ['what a parameter of Systems Manager holds', { Ref: 'Image' }],
    ['the name of a resource', { Ref: 'Queue' }],
    ['an attribute', { 'Fn::GetAtt': ['Queue', 'Arn'] }],
    ['a pseudo parameter that is not known', { Ref: 'AWS::AccountId' }],
    ['a text with one of these', { 'Fn::Sub': 'arn:${Queue.Arn}' }],
    ['a condition whose branches differ', { 'Fn::If': ['IsProd', 5, 6] }],
    ['what is imported', { 'Fn::ImportValue': 'x' }],
    ['a dynamic reference', '{{resolve:ssm:/image}}'],
    ['one of an unknown list', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }],
    ['one that is not there', { 'Fn::Select': [2, ['a']] }],
  ])('is unknown, and never guessed: %s', (_, value) => {
    expect(valueAt(template, { it: value }, 'it')).toBe(UNKNOWN);
    expect(numberAt(template, { it: value }, ['it'], 9)).toBeUndefined();
    expect(textAt(template, { it: value }, ['it'], 'default')).toBeUndefined();
    expect(flagAt(template, { it: value }, ['it'], true)).toBeUndefined();
  });

  it('is the default of AWS only where there is none', () => {
    expect(numberAt(template, {}, ['it'], 9)).toBe(9);
    expect(numberAt(template, { it: '12' }, ['it'], 9)).toBe(12);
    expect(numberAt(template, { it: 'twelve' }, ['it'], 9)).toBeUndefined();
    expect(flagAt(template, { it: 'true' }, ['it'], false)).toBe(true);
    expect(listAt(template, { it: 'no list' }, 'it')).toEqual([]);
  });

  it('never throws, whatever it is', () => {
    const name = fc.constantFrom('Ref', 'Fn::Sub', 'Fn::Join', 'Fn::Select', 'Fn::If', 'Fn::GetAtt');
    const { call } = fc.letrec((tie) => ({
      call: fc.oneof(
        fc.jsonValue(),
        fc.tuple(name, fc.oneof(tie('call'), fc.array(tie('call')))).map(asCall),
      ),
    }));
    fc.assert(
      fc.property(call, (value) => {
        valueAt(template, { it: value }, 'it', 'deeper');
        resourcesNamedIn(value, template);
      }),
    );
  });
});

function asCall([name, argument]: [string, unknown]): object {
  return { [name]: argument };
}

describe('resources', () => {
  it('that have no type are left out', () => {
    expect([...template.resources.keys()]).toEqual(['Queue']);
  });

  it('are found in whatever names them', () => {
    const named = (value: unknown) => resourcesNamedIn(value, template);
    expect(named({ a: [{ Ref: 'Queue' }] })).toEqual(['Queue']);
    expect(named({ 'Fn::GetAtt': 'Queue.Arn' })).toEqual(['Queue']);
    expect(named({ 'Fn::GetAtt': ['Queue', 'Arn'] })).toEqual(['Queue']);
    expect(named({ 'Fn::Sub': ['${Queue.Arn}/x', {}] })).toEqual(['Queue']);
    expect(named([{ Ref: 'Size' }, 'Queue'])).toEqual([]);
  });
});
