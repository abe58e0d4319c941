import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimingCode } from '../../../tools/timing/codes.ts';
import type { Resources } from '../../support/timing-world.ts';
import { goodFleet, goodResources, hookAt, lint, lintChanged, of } from '../../support/timing-world.ts';

/** What a figure that is too small makes the linter say. */
const TOO_SHORT: Readonly<Record<string, readonly TimingCode[]>> = {
  heartbeat: [
    'ADMISSION_OUTLASTS_HOOK',
    'DRAIN_OUTLASTS_HOOK',
    'HEARTBEAT_MISSED',
    'HEARTBEAT_TIGHT',
    'ADMISSION_OUTLASTS_EXECUTION',
    'DRAIN_OUTLASTS_EXECUTION',
  ],
  execution: ['DRAIN_OUTLASTS_EXECUTION'],
  visibility: ['VISIBILITY_BELOW_TIMEOUT', 'VISIBILITY_SHORT'],
  deregistration: ['DEREGISTRATION_CUTS_REQUESTS'],
  warmUp: ['WARM_UP_SHORT'],
  grace: ['GRACE_SHORT'],
};

const SETTERS: Readonly<Record<string, (resources: Resources, value: number) => void>> = {
  heartbeat: (resources, value) => {
    hookAt(resources, 0).HeartbeatTimeout = value;
    hookAt(resources, 1).HeartbeatTimeout = value;
  },
  execution: (resources, value) =>
    (of(resources, 'DrainLambdaFunction').DurableConfig = { ExecutionTimeout: value }),
  visibility: (resources, value) => (of(resources, 'Outbox').VisibilityTimeout = value),
  deregistration: (resources, value) =>
    (of(resources, 'TargetGroup').TargetGroupAttributes = [
      { Key: 'deregistration_delay.timeout_seconds', Value: String(value) },
    ]),
  warmUp: (resources, value) => (of(resources, 'Group').DefaultInstanceWarmup = value),
  grace: (resources, value) => {
    of(resources, 'Group').HealthCheckGracePeriod = value;
    delete of(resources, 'Group').LifecycleHookSpecificationList;
  },
};

const seconds = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 50_000 }));
const fleets = fc
  .record({ within: fc.integer({ min: 10, max: 7200 }), every: fc.integer({ min: 5, max: 3600 }) })
  .map(({ within, every }) => [
    goodFleet({
      admission: { ...goodFleet().admission, within, every: Math.min(within, every) },
      drain: { ...goodFleet().drain, within: within * 20, every },
    }),
  ]);

describe('the timing linter', () => {
  it.each(Object.keys(TOO_SHORT))('finds no more to be too short when its %s is longer', (figure) => {
    const set = SETTERS[figure] ?? expect.fail(`nothing sets ${figure}`);
    const tooShort = (value: number, fleet: Parameters<typeof lintChanged>[1]) => {
      const found = lintChanged((resources) => set(resources, value), fleet).filter(({ code }) =>
        TOO_SHORT[figure]?.includes(code),
      );
      return { all: found.length, errors: found.filter(({ severity }) => severity === 'error').length };
    };
    fc.assert(
      fc.property(seconds, seconds, fleets, (one, other, fleet) => {
        const shorter = tooShort(Math.min(one, other), fleet);
        const longer = tooShort(Math.max(one, other), fleet);
        expect(longer.all).toBeLessThanOrEqual(shorter.all);
        expect(longer.errors).toBeLessThanOrEqual(shorter.errors);
      }),
    );
  });

  it('never throws, whatever a template holds', () => {
    const anywhere = fc.record({ at: fc.nat(), value: fc.jsonValue(), also: fc.nat() });
    fc.assert(
      fc.property(fc.array(anywhere, { minLength: 1, maxLength: 6 }), (changes) => {
        const resources: unknown = goodResources();
        for (const { at, value } of changes) replaceOne(resources, at, value);
        expect(Array.isArray(lint(resources))).toBe(true);
      }),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.jsonValue(), (template) => Array.isArray(lint(template))));
  });

  it('says nothing of what only a deployment would tell', () => {
    const count = places(goodResources()).length;
    expect(count).toBeGreaterThan(100);
    for (let at = 0; at < count; at++) {
      const resources = goodResources();
      const place = replaceOne(resources, at, { 'Fn::ImportValue': 'elsewhere' });
      // Resources, their types and their order are never in question: properties are.
      if (!place.includes('.Properties.')) continue;
      expect({ place, findings: lint(resources) }).toEqual({ place, findings: [] });
    }
  });
});

/** Every place of a value in a tree: the object or list that holds it, its key, and its path. */
function places(root: unknown, path = ''): { holder: Record<string, unknown>; key: string; path: string }[] {
  if (typeof root !== 'object' || root === null) return [];
  const holder = root as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [
    { holder, key, path: `${path}.${key}` },
    ...places(holder[key], `${path}.${key}`),
  ]);
}

/** Puts a value in some place of a tree, and says where. */
function replaceOne(root: unknown, at: number, value: unknown): string {
  const all = places(root);
  const place = all[at % Math.max(1, all.length)];
  if (place !== undefined) place.holder[place.key] = value;
  return place?.path ?? '';
}
