import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstanceRecord } from '../../../../tools/cloud/services/ec2/api.ts';
import { Application, latencyAt } from '../../../../tools/cloud/simulation/application.ts';
import { DEFAULT_SETTINGS } from '../../../../tools/cloud/simulation/settings.ts';

function serving(): Application {
  const application = new Application({} as InstanceRecord, DEFAULT_SETTINGS);
  application.status = 'serving';
  return application;
}

describe('latency', () => {
  it('grows with utilisation and ends where everyone gives up', () => {
    const shares = fc.double({ min: 0, max: 3, noNaN: true });
    fc.assert(
      fc.property(shares, shares, (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(latencyAt(less)).toBeLessThanOrEqual(latencyAt(more));
        expect(latencyAt(more)).toBeLessThanOrEqual(5);
      }),
    );
    expect(latencyAt(0.5)).toBe(0.1);
  });
});

describe('an application', () => {
  it('loses no request: each succeeds, fails or is refused', () => {
    const requests = fc.double({ min: 0, max: 1e6, noNaN: true });
    const statuses = fc.constantFrom('down', 'booting', 'serving', 'draining');
    fc.assert(
      fc.property(requests, statuses, (count, status) => {
        const { succeeded, failed, refused } = serving().serve(count, 60, status);
        expect(succeeded + failed + refused).toBeCloseTo(count, 6);
      }),
    );
  });

  it('uses CPU in proportion to its load, and never more than all of it', () => {
    const application = serving();
    application.serve(3000, 60, 'serving');
    expect(application.endMinute(0.5)).toBeCloseTo(51, 0);
    application.serve(60_000, 60, 'serving');
    expect(application.endMinute(0.5)).toBe(100);
    expect(application.endMinute(0.5)).toBeCloseTo(1, 0);
  });

  it('knows its three pages', () => {
    expect(serving().get('/ready?deep=1')).toMatchObject({ status: 200 });
    expect(serving().get('/nothing')).toMatchObject({ status: 404 });
  });
});
