import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { providers } from '../../../../tools/cloud/services/cloudformation/providers/index.ts';
import { conform } from '../../../../tools/cloud/services/cloudformation/schema/conform.ts';
import { extractResourceTypes } from '../../../../tools/cloud/services/cloudformation/schema/extract.ts';
import type { PropertyModels } from '../../../../tools/cloud/services/cloudformation/schema/index.ts';
import { resourceModel } from '../../../../tools/cloud/services/cloudformation/schema/index.ts';
import { TYPE_NAMES } from '../../../../tools/cloud/services/cloudformation/schema/type-names.ts';

const FILE = '../../../../tools/cloud/services/cloudformation/schema/resource-types.json';

describe('the extract of resource types', () => {
  it("is what AWS's specification says now", () => {
    const extract: unknown = JSON.parse(readFileSync(new URL(FILE, import.meta.url), 'utf8'));
    expect(extractResourceTypes(TYPE_NAMES)).toEqual(extract);
  });

  it.each(Object.entries(providers))(
    'has every property that the provider of %s acts on',
    (type, provider) => {
      const known = Object.keys(resourceModel(type)?.properties ?? {});
      expect(known).toEqual(expect.arrayContaining([...provider.properties]));
    },
  );

  it.each(Object.entries(providers))(
    'has no required property that the provider of %s skips',
    (type, provider) => {
      const required = Object.entries(resourceModel(type)?.properties ?? {})
        .filter(([, model]) => model.required === true)
        .map(([name]) => name);
      expect([...provider.properties]).toEqual(expect.arrayContaining(required));
    },
  );
});

describe('properties conform to their schema', () => {
  const models: PropertyModels = {
    Size: { type: 'integer' },
    Share: { type: 'number' },
    Enabled: { type: 'boolean' },
    Name: { type: 'string', required: true },
    Names: { type: { list: 'string' } },
    Tags: { type: { map: 'string' } },
    Either: { type: { anyOf: ['integer', { list: 'integer' }] } },
    Free: { type: 'json' },
  };
  const conformed = (properties: Record<string, unknown>) => conform({ Name: 'x', ...properties }, models);

  it.each([
    [{ Size: '60' }, { Size: 60 }],
    [{ Share: '0.5' }, { Share: 0.5 }],
    [{ Enabled: 'true' }, { Enabled: true }],
    [{ Name: 7 }, { Name: '7' }],
    [{ Names: [1, 'a'] }, { Names: ['1', 'a'] }],
    [{ Tags: { a: 1 } }, { Tags: { a: '1' } }],
    [{ Either: ['2'] }, { Either: [2] }],
    [{ Free: { a: [1, '2'] } }, { Free: { a: [1, '2'] } }],
  ])('%j as %j', (given, expected) => {
    expect(conformed(given)).toEqual({ Name: 'x', ...expected });
  });

  it.each([
    [{ Size: 'many' }, '#/Size: expected type: Integer, found: String'],
    [{ Size: 1.5 }, '#/Size: expected type: Integer, found: Number'],
    [{ Size: '' }, '#/Size: expected type: Integer, found: String'],
    [{ Enabled: 'yes' }, '#/Enabled: expected type: Boolean, found: String'],
    [{ Names: 'a' }, '#/Names: expected type: JSONArray, found: String'],
    [{ Names: [{}] }, '#/Names/0: expected type: String, found: JSONObject'],
    [{ Colour: 1 }, '#: extraneous key [Colour] is not permitted'],
  ])('or not: %j', (given, message) => {
    expect(() => conformed(given)).toThrow(message);
  });

  it('and what is required is there', () => {
    expect(() => conform({}, models)).toThrow('#: required key [Name] not found');
  });
});
