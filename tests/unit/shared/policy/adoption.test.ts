import { describe, expect, it } from 'vitest';
import { fleetOfGroup } from '../../../../shared/policy/adoption.ts';
import { fleetOf } from '../../../support/fleets.ts';

describe('a group belongs to a fleet', () => {
  const tagged = fleetOf();
  const named = fleetOf({ name: 'api', adopt: { group: 'api-group' } });
  const fleets = [tagged, named];

  it('by its tag', () => {
    expect(fleetOfGroup({ name: 'g', tags: { 'evenkeel:fleet': 'web' } }, fleets)).toBe(tagged);
  });

  it('by its name', () => {
    expect(fleetOfGroup({ name: 'api-group', tags: {} }, fleets)).toBe(named);
  });

  it('or to none', () => {
    expect(fleetOfGroup({ name: 'g', tags: { 'evenkeel:fleet': 'other' } }, fleets)).toBeUndefined();
    expect(fleetOfGroup({ name: 'g', tags: {} }, fleets)).toBeUndefined();
  });
});
