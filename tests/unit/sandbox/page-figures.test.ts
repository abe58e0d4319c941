import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../tools/cloud/kernel/index.ts';
import { FleetLog } from '../../../tools/sandbox/observe/fleet.ts';
import { LastDecision } from '../../../tools/sandbox/observe/last-decision.ts';
import { NOW } from '../../support/world.ts';

const invocation = (at: number, ...result: readonly unknown[]): JournalEntry => ({
  at,
  kind: 'invocation',
  functionName: 'scale',
  requestId: 'r',
  outcome: 'succeeded',
  payload: {},
  result,
});

const decided = (summary: string, facts: object = { action: 'hold' }) => ({ kind: 'done', summary, facts });

describe('the newest decision', () => {
  it('is the fleet’s own, also where nothing is to be changed', () => {
    const last = new LastDecision('web');
    expect(last.line).toBeUndefined();
    last.see(invocation(NOW, decided('web stays at 2 instances: …')));
    last.see(invocation(NOW + 1, decided('website stays at 9 instances: …')));
    last.see(
      invocation(NOW + 2, decided('web is told', {}), { kind: 'skip', reason: 'STALE', detail: 'web' }),
    );
    expect(last.line).toEqual({ at: NOW, text: 'web stays at 2 instances: …' });
    last.see(invocation(NOW + 3, decided('web scales out from 2 to 3 instances', { action: 'scale-out' })));
    expect(last.line?.at).toBe(NOW + 3);
  });
});

describe('an instance', () => {
  it('stands where it does since its lifecycle changed, whatever else does', () => {
    const log = new FleetLog();
    const see = (at: number, lifecycle: string, state = 'running') =>
      log.see({ at, kind: 'instance', id: 'i-1', group: 'web', zone: 'a', image: 'ami', state, lifecycle });
    see(NOW, 'InService');
    see(NOW + 1000, 'Terminating:Wait');
    see(NOW + 5000, 'Terminating:Wait', 'shutting-down');
    expect(log.view().instances).toMatchObject([{ lifecycle: 'Terminating:Wait', since: NOW + 1000 }]);
  });
});
