import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../../../tools/cloud/balancer/actions.ts';
import { MinuteCount } from '../../../../tools/cloud/balancer/counts.ts';

const asked = { protocol: 'http', host: 'directory.example:80', port: 80, target: '/a/b?c=d' };

describe('a listener’s actions', () => {
  it('redirect with the parts of the URL that the action does not replace', () => {
    const to = (RedirectConfig: object) =>
      verdictOf(
        [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_302', ...RedirectConfig } }],
        asked,
        0,
      );
    const location = (RedirectConfig: object) => {
      const verdict = to(RedirectConfig);
      return verdict?.kind === 'answer' ? [verdict.status, verdict.headers[1]] : undefined;
    };
    expect(location({ Protocol: 'HTTPS', Port: '443' })).toEqual([
      302,
      'https://directory.example:443/a/b?c=d',
    ]);
    expect(location({ Host: 'www.#{host}', Path: '/new/#{path}', Query: 'x=#{port}' })).toEqual([
      302,
      'http://www.directory.example:80/new/a/b?x=80',
    ]);
  });

  it('forward to groups by their weights, and never to one without', () => {
    const TargetGroups = [
      { TargetGroupArn: 'heavy', Weight: 3 },
      { TargetGroupArn: 'none', Weight: 0 },
      { TargetGroupArn: 'light', Weight: 1 },
    ];
    const chosen = (share: number) =>
      verdictOf([{ Type: 'forward', ForwardConfig: { TargetGroups } }], asked, share);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (share) => {
        expect(chosen(share)).toEqual({ kind: 'forward', targetGroupArn: share < 0.75 ? 'heavy' : 'light' });
      }),
    );
  });

  it('do nothing where no group has any weight', () => {
    const ForwardConfig = { TargetGroups: [{ TargetGroupArn: 'none', Weight: 0 }] };
    expect(verdictOf([{ Type: 'forward', ForwardConfig }], asked, 0.5)).toBeUndefined();
  });
});

describe('a minute of requests', () => {
  it('counts each once, by who answered, and begins anew when it has ended', () => {
    const count = new MinuteCount();
    for (const status of [200, 204, 302, 500]) {
      count.began();
      count.answeredAfter(status / 1000);
      count.ended('target', status);
    }
    count.began();
    count.couldNotConnect();
    count.ended('balancer', 502);
    count.began();
    count.ended('balancer', 503);
    expect(count.end(2).minute).toEqual({
      requests: 6,
      succeeded: 2,
      failedByTargets: 1,
      failedByBalancer: { 502: 1, 503: 1, 504: 0 },
      lost: 0,
      connectionErrors: 1,
      latency: {
        sum: 1.206,
        count: 4,
        min: 0.2,
        max: 0.5,
        each: [
          [0.2, 1],
          [0.204, 1],
          [0.302, 1],
          [0.5, 1],
        ],
      },
      servingInstances: 2,
    });
    expect(count.end(2).minute).toMatchObject({ requests: 0, succeeded: 0, connectionErrors: 0 });
  });
});
