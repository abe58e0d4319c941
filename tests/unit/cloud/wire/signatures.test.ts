import { describe, expect, it } from 'vitest';
import { Credentials, seededIds } from '../../../../tools/cloud/kernel/index.ts';
import { undoChunks } from '../../../../tools/cloud/wire/body.ts';
import type { WireRequest } from '../../../../tools/cloud/wire/protocols/exchange.ts';
import { Authenticator } from '../../../../tools/cloud/wire/signature/authenticator.ts';
import { readSignature } from '../../../../tools/cloud/wire/signature/read.ts';

/** The keys, the instant and the requests of the examples in the Amazon S3 API Reference, "Authenticating requests". */
const KEY = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const NOW = Date.parse('2013-05-24T00:00:00Z');
const SCOPE = `${KEY}/20130524/us-east-1/s3/aws4_request`;
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

interface Given {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

function request(given: Given, machineTime: number): WireRequest {
  const { method = 'GET', target = '/', headers = {}, body = Buffer.alloc(0) } = given;
  const plain = undoChunks(headers, body);
  const [path = '/', query = ''] = target.split('?');
  const sent = {
    method,
    target,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    chunked: plain.chunked,
    machineTime,
  };
  return { id: 'r', method, path, query: new URLSearchParams(query), ...plain, sent };
}

function judge(given: Given, now = NOW): string {
  const credentials = new Credentials(seededIds(1));
  credentials.restore(KEY, { principal: { kind: 'user', userName: 'u' }, secretAccessKey: SECRET });
  const whole = request(given, now);
  const caller = new Authenticator({ credentials, now: () => now, enforce: true }).authenticate(
    whole,
    readSignature(whole),
  );
  return 'principal' in caller ? caller.principal.kind : caller.kind;
}

const signed = (signedHeaders: string, signature: string) =>
  `AWS4-HMAC-SHA256 Credential=${SCOPE},SignedHeaders=${signedHeaders},Signature=${signature}`;

const HOST = 'examplebucket.s3.amazonaws.com';
const DATE = '20130524T000000Z';

const GET = {
  target: '/test.txt',
  headers: {
    host: HOST,
    range: 'bytes=0-9',
    'x-amz-content-sha256': EMPTY,
    'x-amz-date': DATE,
    authorization: signed(
      'host;range;x-amz-content-sha256;x-amz-date',
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ),
  },
};

const PUT_BODY = 'Welcome to Amazon S3.';
const PUT = {
  method: 'PUT',
  target: '/test%24file.text',
  body: Buffer.from(PUT_BODY),
  headers: {
    host: HOST,
    date: 'Fri, 24 May 2013 00:00:00 GMT',
    'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    'x-amz-date': DATE,
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    authorization: signed(
      'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    ),
  },
};

const LIST = {
  target: '/?max-keys=2&prefix=J',
  headers: {
    host: HOST,
    'x-amz-content-sha256': EMPTY,
    'x-amz-date': DATE,
    authorization: signed(
      'host;x-amz-content-sha256;x-amz-date',
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    ),
  },
};

const PRESIGNED = {
  target: `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(SCOPE)}&X-Amz-Date=${DATE}&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
  headers: { host: HOST },
};

const CHUNKS = [
  ['a'.repeat(65_536), 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'],
  ['a'.repeat(1024), '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'],
  ['', 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'],
] as const;

const CHUNKED = {
  method: 'PUT',
  target: '/examplebucket/chunkObject.txt',
  body: Buffer.from(
    CHUNKS.map(
      ([data, signature]) => `${data.length.toString(16)};chunk-signature=${signature}\r\n${data}\r\n`,
    ).join(''),
  ),
  headers: {
    host: 's3.amazonaws.com',
    'x-amz-date': DATE,
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': '66560',
    'content-length': '66824',
    authorization: signed(
      'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class',
      '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    ),
  },
};

describe("AWS's own examples hold", () => {
  it.each<[string, Given]>([
    ['of an object that is read', GET],
    ['of an object that is written', PUT],
    ['of a listing', LIST],
    ['of a presigned URL', PRESIGNED],
    ['of an upload in signed chunks', CHUNKED],
  ])('%s', (_what, given) => {
    expect(judge(given)).toBe('user');
  });
});

describe('and do not hold once changed', () => {
  const edited = (given: Given, edit: (text: string) => string): Given => ({
    ...given,
    body: Buffer.from(edit(String(given.body ?? ''))),
  });
  it.each<[string, Given, string]>([
    ['another method', { ...GET, method: 'DELETE' }, 'wrong signature'],
    ['another path', { ...GET, target: '/test2.txt' }, 'wrong signature'],
    ['another query', { ...LIST, target: '/?max-keys=3&prefix=J' }, 'wrong signature'],
    ['another header', { ...GET, headers: { ...GET.headers, range: 'bytes=0-99' } }, 'wrong signature'],
    ['another body', edited(PUT, () => 'Goodbye'), 'wrong payload hash'],
    ['another chunk', edited(CHUNKED, (text) => text.replace('aaaa\r\n0;', 'aaab\r\n0;')), 'wrong signature'],
    [
      'a host that is not signed',
      {
        ...GET,
        headers: {
          ...GET.headers,
          authorization: GET.headers.authorization.replace('host;range', 'range'),
        },
      },
      'wrong signature',
    ],
    [
      'a day that is not that of its scope',
      {
        ...GET,
        headers: {
          ...GET.headers,
          authorization: GET.headers.authorization.replace('20130524', '20130523'),
        },
      },
      'wrong signature',
    ],
    [
      'parts left out',
      { ...GET, headers: { ...GET.headers, authorization: signed('host', '').slice(0, -11) } },
      'incomplete',
    ],
  ])('by %s', (_what, given, expected) => {
    expect(judge(given)).toBe(expected);
  });

  it('where the order of the query does not matter', () => {
    expect(judge({ ...LIST, target: '/?prefix=J&max-keys=2' })).toBe('user');
  });
});

describe('signatures hold for their time', () => {
  const MINUTE = 60_000;
  it.each<[string, Given, number, string]>([
    ['fifteen minutes after', GET, NOW + 15 * MINUTE, 'user'],
    ['and not a second longer', GET, NOW + 15 * MINUTE + 1000, 'skewed'],
    ['fifteen minutes before', GET, NOW - 15 * MINUTE, 'user'],
    ['and not a second earlier', GET, NOW - 15 * MINUTE - 1000, 'skewed'],
    ['a presigned URL for as long as it says', PRESIGNED, NOW + 86_400_000, 'user'],
    ['and not a second longer', PRESIGNED, NOW + 86_401_000, 'expired URL'],
  ])('%s', (_what, given, now, expected) => {
    expect(judge(given, now)).toBe(expected);
  });
});
