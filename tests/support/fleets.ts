import type { Fleet } from '../../shared/domain/index.ts';

/** A fleet as fleets.yml would give it, with what a test cares about replaced. */
export function fleetOf(changes: Partial<Fleet> = {}): Fleet {
  return {
    name: 'web',
    adopt: { tag: { key: 'evenkeel:fleet', value: 'web' } },
    mode: 'active',
    scaling: {
      signals: [{ name: 'cpu', metric: 'cpu', target: 60 }],
      violations: 0.01,
      headroom: { atMost: 0.5 },
      tolerance: 0.1,
      stabilisation: { out: 60, in: 600 },
      cooldown: { out: 60, in: 300 },
      step: { out: 1, in: 0.5 },
    },
    admission: { probe: { kind: 'http', path: '/ready', port: 80 }, within: 300, every: 15 },
    drain: {
      idle: [{ kind: 'target-requests' }],
      confirm: 3,
      within: 1800,
      every: 30,
      otherTargetGroups: 'deregister',
      unfinished: 'CONTINUE',
    },
    ...changes,
  };
}
