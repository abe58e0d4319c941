import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toClient, toTarget, type Arrival } from '../../../../tools/cloud/balancer/headers.ts';

const arrival: Arrival = {
  clientAddress: '198.51.100.7',
  protocol: 'https',
  port: 443,
  forwardedFor: 'append',
  traceId: '1-6759a2c0-000000000000000000000001',
};

/** Values of a header in a list of names and values, whatever its capitals. */
const valuesOf = (raw: readonly string[], name: string) =>
  raw.flatMap((text, index) => (index % 2 === 0 && text.toLowerCase() === name ? [raw[index + 1]] : []));

describe('what a target is told of its client', () => {
  it('is added to what proxies before have said', () => {
    const raw = ['X-Forwarded-For', '203.0.113.1', 'x-forwarded-for', '203.0.113.2'];
    expect(valuesOf(toTarget(raw, arrival), 'x-forwarded-for')).toEqual([
      '203.0.113.1, 203.0.113.2, 198.51.100.7',
    ]);
  });

  it('is left as it came, or taken away, where the load balancer says so', () => {
    const raw = ['X-Forwarded-For', '203.0.113.1'];
    expect(valuesOf(toTarget(raw, { ...arrival, forwardedFor: 'preserve' }), 'x-forwarded-for')).toEqual([
      '203.0.113.1',
    ]);
    expect(valuesOf(toTarget(raw, { ...arrival, forwardedFor: 'remove' }), 'x-forwarded-for')).toEqual([]);
    expect(valuesOf(toTarget([], { ...arrival, forwardedFor: 'preserve' }), 'x-forwarded-for')).toEqual([]);
  });

  it('is the load balancer’s own word for protocol and port, never the client’s', () => {
    const headers = toTarget(['X-Forwarded-Proto', 'http', 'X-FORWARDED-PORT', '1'], arrival);
    expect(valuesOf(headers, 'x-forwarded-proto')).toEqual(['https']);
    expect(valuesOf(headers, 'x-forwarded-port')).toEqual(['443']);
  });

  it('keeps a trace that came along', () => {
    const given = 'Root=1-5759e988-bd862e3fe1be46a994272793';
    expect(valuesOf(toTarget(['X-Amzn-Trace-Id', given], arrival), 'x-amzn-trace-id')).toEqual([
      `Self=${arrival.traceId};${given}`,
    ]);
  });
});

describe('headers of one connection', () => {
  const own = [
    'Connection',
    'keep-alive, X-Hop',
    'x-hop',
    '1',
    'Keep-Alive',
    '5',
    'Transfer-Encoding',
    'chunked',
    'TE',
    'x',
  ];

  it('go no further, in either direction', () => {
    expect(toClient([...own, 'X-End', '2'])).toEqual(['X-End', '2']);
    expect(toTarget([...own, 'X-End', '2'], arrival).slice(0, 2)).toEqual(['X-End', '2']);
  });

  it('are all that is lost: the others come through in order, each as often as it was there', () => {
    const name = fc.constantFrom('Accept', 'Cookie', 'X-A', 'x-b', 'Host', 'Content-Length');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
        expect(toClient(pairs.flat())).toEqual(pairs.flat());
        expect(toTarget(pairs.flat(), arrival).slice(0, 2 * pairs.length)).toEqual(pairs.flat());
      }),
    );
  });
});
