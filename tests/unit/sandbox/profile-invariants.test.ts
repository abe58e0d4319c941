import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../tools/cloud/kernel/index.ts';
import { nothingLeft, siteStaysUp, visitsSucceed } from '../../../tools/sandbox/observe/invariants/index.ts';

describe('a site that has to stay up', () => {
  const judge = (...minutes: (readonly [requests: number, failed: number])[]) => judgeWith([], minutes);
  const judgeWith = (
    exceptions: Parameters<typeof siteStaysUp>[0],
    minutes: readonly (readonly [requests: number, failed: number])[],
  ) => {
    const invariant = siteStaysUp(exceptions);
    for (const [requests, failed] of minutes) {
      const entry: Entry = {
        kind: 'traffic',
        requests,
        failed,
        load: requests / 60,
        servingInstances: 1,
        latencySeconds: 0.1,
      };
      invariant.see({ ...entry, at: 60_000 });
    }
    return invariant.verdict();
  };

  it('may lose what went to lost instances', () => {
    expect(judge([100, 0], [100, 50])).toMatchObject({ ok: true, checked: 2 });
  });

  it('is down in a minute in which most requests fail', () => {
    expect(judge([100, 0], [100, 51])).toMatchObject({
      ok: false,
      detail: expect.stringContaining(
        '51 of 100 requests failed in the minute before 1970-01-01T00:01',
      ) as string,
    });
  });

  it('is not judged while no fleet could bridge what has failed', () => {
    const minutes = [[100, 100]] as const;
    expect(judgeWith([{ from: 0, to: 60_000 }], minutes)).toMatchObject({ ok: true, checked: 0 });
    expect(judgeWith([{ from: 60_000, to: 120_000 }], minutes)).toMatchObject({ ok: false });
  });

  it('is not judged in a minute without requests', () => {
    expect(judge([0, 0])).toMatchObject({ ok: true, checked: 0 });
  });
});

describe('real visits', () => {
  const loss = [{ from: 1000, to: 2000 }];
  const after = (at: number, problem: string) =>
    visitsSucceed({ succeeded: 10, failures: [{ at, what: 'search', problem }] }, loss);

  it('may fail while the load balancer finds out that instances are gone', () => {
    expect(after(1500, '502')).toEqual({ id: 'visits-succeed', ok: true, checked: 11 });
  });

  it('may not fail before or after that', () => {
    expect(after(999, '502')).toMatchObject({ ok: false });
    expect(after(2001, '504')).toMatchObject({ ok: false });
  });

  it('may never be answered wrongly', () => {
    expect(after(1500, 'the page lacks what was saved').detail).toContain(
      'search at 1970-01-01T00:00:01.500Z: the page lacks',
    );
  });
});

describe('a removal', () => {
  it('leaves what was there before', () => {
    expect(nothingLeft(['bucket a'], ['bucket a'])).toMatchObject({ ok: true });
    expect(nothingLeft([], [])).toEqual({ id: 'nothing-left', ok: true, checked: 1 });
  });

  it('is incomplete when something of the deployment is left', () => {
    expect(nothingLeft(['bucket a'], ['bucket a', 'queue b']).detail).toContain('queue b is left');
  });

  it('goes too far when it takes what it did not bring', () => {
    expect(nothingLeft(['bucket a'], []).detail).toContain('bucket a, not ours, is gone');
  });
});
