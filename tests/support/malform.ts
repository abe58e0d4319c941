import { deflateRawSync, gzipSync } from 'node:zlib';
import type { Ids } from '../../tools/cloud/kernel/index.ts';
import type { WrittenRequest } from './caught-requests.ts';

/** A request that need not be one: what is written may contradict itself. */
export interface Malformed extends WrittenRequest {
  /** Replaces the framing that fits the body. */
  readonly framing?: string;
}

type Change = (request: Malformed, chance: Ids) => Malformed;

const DEPTH = 20_000;
const BILLION_LAUGHS = [
  '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">',
  ...Array.from('bcdefghij', (name, i) => `<!ENTITY ${name} "${`&${'abcdefghi'.charAt(i)};`.repeat(10)}">`),
  ']><lolz>&j;</lolz>',
].join('');

/** Values that programs stumble over, as JSON text. */
const JSON_VALUES = [
  'null',
  '[]',
  '{}',
  '""',
  '0',
  '-1',
  '1.5',
  '1e999',
  '-1e999',
  '9007199254740993',
  '2147483648',
  '1e-400',
  'true',
  '[null]',
  '{"":""}',
  '"\\u0000"',
  '"\\ud800"',
  '"__proto__"',
  '"constructor"',
  '"🚢"',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  `"${'x'.repeat(70_000)}"`,
  '[[[[[[]]]]]]',
  '"NaN"',
  '"1970-01-01"',
  '"../../etc/passwd"',
  '"arn:aws:iam::123456789012:role/x"',
  '"rate(0 minutes)"',
  '"cron(* * * * ? *)"',
  '"${jndi:x}"',
  '"%s%n"',
  '{"S":"a"}',
  '{"M":{"a":{"M":{}}}}',
  '{"Ref":"x"}',
  '[{"a":[1]}]',
  '-0',
  '1e308',
];

const TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1.5',
  '1e999',
  'NaN',
  'Infinity',
  '0x10',
  '99999999999999999999',
  'null',
  'true',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\uFFFD',
  '🚢',
  'x'.repeat(70_000),
  '{"__proto__":{"polluted":true}}',
  '[]',
  '{',
  '(((((((((((',
  '[[[[[',
  '*'.repeat(200),
  'arn:aws:iam::123456789012:role/x',
  'arn:::::',
  'rate(1 minute)',
  'cron(0 0 31 2 ? 1970)',
  '9999-99-99T99:99:99Z',
  '&#xFFFFFFFF;',
  '&a;',
  ']]>',
  '<a>',
  "' OR 1=1 --",
  '%',
  '%00',
  '../..',
  '*',
  '?',
  '{"Version":"2012-10-17","Statement":[]}',
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":[null],"Resource":{}}}',
  '{"Resources":{"a":{"Type":"b"}}}',
  'Resources: {a: &a [*a]}',
  'a = :a AND (b',
  'attribute_not_exists(a',
  'SET a = a + ',
  '2026-01-05T00:00:00Z',
];

const BODIES: readonly Buffer[] = [
  ...[
    '',
    ' ',
    'null',
    '[]',
    '"x"',
    '7',
    '{',
    '}',
    '{"a":}',
    '\u0000',
    '<',
    '<a',
    '<a>',
    '</a>',
    '<a></b>',
    '<a/><b/>',
    '<!--',
    '&;',
    'a=1&a=2',
    '%',
    '=',
    '&&&',
  ].map((text) => Buffer.from(text)),
  Buffer.from([0xff, 0xfe, 0xfd]),
  Buffer.from([0x7b, 0x22, 0xff, 0xc0, 0x22, 0x3a, 0x31, 0x7d]),
  Buffer.from('['.repeat(DEPTH)),
  Buffer.from('['.repeat(DEPTH) + ']'.repeat(DEPTH)),
  Buffer.from('{"M":'.repeat(DEPTH) + '1' + '}'.repeat(DEPTH)),
  Buffer.from(`{"TableName":"t","Item":${'{"L":['.repeat(DEPTH)}${']}'.repeat(DEPTH)}}`),
  Buffer.from(`{"TableName":"t","Item":{"a":${'{"M":{"a":'.repeat(DEPTH)}{"S":"x"}${'}}'.repeat(DEPTH)}}}`),
  Buffer.from('<a>'.repeat(DEPTH) + '</a>'.repeat(DEPTH)),
  Buffer.from(`<a ${'b="c" '.repeat(DEPTH)}/>`),
  Buffer.from(`<a ${'b'.repeat(DEPTH)}`),
  Buffer.from(BILLION_LAUGHS),
  Buffer.from('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
  Buffer.alloc(DEPTH, 0x81),
  Buffer.alloc(DEPTH, 0xa1),
  Buffer.alloc(DEPTH, 0xc1),
  Buffer.alloc(DEPTH, 0x9f),
  Buffer.from([0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
  Buffer.from([0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00]),
  Buffer.from([0xbf, 0x61]),
  Buffer.from([0x5f, 0x01, 0xff]),
  Buffer.from([0xff]),
  Buffer.from([0xa1, 0xc1, 0x61, 0x61, 0x01]),
  Buffer.from(`Action=${'A.'.repeat(DEPTH)}`),
  Buffer.from(`${'a.'.repeat(DEPTH)}b=1`),
  Buffer.from(Array.from({ length: 5000 }, (_, i) => `a.member.${i}=1`).join('&')),
];

const HEADERS: readonly (readonly [string, string])[] = [
  ...[
    'application/json',
    'text/xml',
    'application/cbor',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'x',
    '',
  ].map((type) => ['content-type', type] as const),
  ...['gzip', 'aws-chunked', 'gzip,aws-chunked', 'br', 'deflate', ',,,'].map(
    (coding) => ['content-encoding', coding] as const,
  ),
  ...['', 'x', '.', 'DynamoDB_20120810.', 'AmazonSQS.__proto__', 'AWSEvents.constructor', 'a.b.c'].map(
    (target) => ['x-amz-target', target] as const,
  ),
  ...[
    '',
    'x',
    'AWS4-HMAC-SHA256',
    'AWS4-HMAC-SHA256 Credential=',
    'AWS4-HMAC-SHA256 Credential=a/b/c/d/e',
    'AWS4-HMAC-SHA256 Credential=AKID/20260105/eu-central-1/__proto__/aws4_request',
    'Basic Zm9v',
  ].map((value) => ['authorization', value] as const),
  ['smithy-protocol', 'rpc-v2-cbor'],
  ['smithy-protocol', 'x'],
  ['host', ''],
  ['host', 'bucket.s3.amazonaws.com'],
  ['host', '..s3.'],
  ['host', '[::1'],
  ['range', 'bytes=9-1'],
  ['range', 'bytes=-'],
  ['range', `bytes=${'9'.repeat(400)}-`],
  ['if-modified-since', 'yesterday'],
  ['if-match', '"'],
  ['x-amz-copy-source', '%'],
  ['x-amz-copy-source', '/'],
  ['x-amz-tagging', '%=%&&='],
  ['x-amz-date', 'x'],
  ['content-md5', '!'],
  ['x-amz-checksum-crc32', '!'],
  ['x-amz-decoded-content-length', '-1'],
  ['x-amz-meta-__proto__', 'x'],
  ['__proto__', 'x'],
  ['x-amz-security-token', 'x'],
  ['expect', '100-continue'],
  ['upgrade', 'websocket'],
  ['x-huge', 'x'.repeat(9000)],
  ['x-huge', 'x'.repeat(20_000)],
];

const PATHS = [
  '',
  '*',
  '//',
  '/%',
  '/%ff',
  '/%00',
  '/..',
  '/../..',
  '/a//b',
  '/?',
  '/??',
  '/?%',
  '/__proto__',
  `/${'a'.repeat(9000)}`,
  '/a/%E0%A4%A',
  '/_cloud/%',
  '/\u00ff',
  'http://10.0.0.1/%',
  'http://',
  'http://[',
  '/2015-03-31/functions/%/invocations',
  '/service/x/operation/y',
  '/schedules/%C0',
];

const FRAMINGS = [
  'content-length: -1',
  'content-length: 5\r\ncontent-length: 6',
  'content-length: x',
  'content-length: 1',
  'content-length: 999999',
  'transfer-encoding: chunked',
  'transfer-encoding: chunked\r\ncontent-length: 3',
  'transfer-encoding: x',
  '',
];

const GZIP_BOMB = gzipSync(Buffer.alloc(3_000_000));

const CHANGES: readonly Change[] = [
  (request, chance) => ({ ...request, body: pick(BODIES, chance) }),
  (request, chance) => ({ ...request, body: request.body.subarray(0, below(request.body.length, chance)) }),
  (request, chance) => ({ ...request, body: spoilt(request.body, chance) }),
  changeValue,
  changeValue,
  changeValue,
  changeTarget,
  changeHeader,
  (request, chance) => ({ ...request, target: pick(PATHS, chance) }),
  (request, chance) => ({
    ...request,
    method: pick(
      ['GET', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'TRACE', 'POST', 'CONNECT', 'x', ''],
      chance,
    ),
  }),
  (request, chance) => ({ ...request, framing: pick(FRAMINGS, chance) }),
  (request, chance) => ({
    ...request,
    ...zipped(request.body, chance),
    headers: { ...request.headers, 'content-encoding': 'gzip' },
  }),
];

/** Makes one to three changes to a request. The same chance gives the same request. */
export function malformed(request: WrittenRequest, chance: Ids): Malformed {
  let changed: Malformed = request;
  for (let left = 1 + below(3, chance); left > 0; left -= 1) changed = pick(CHANGES, chance)(changed, chance);
  return changed;
}

/** The bytes of a request, for a connection of its own. */
export function bytesOf({ method, target, headers, body, framing }: Malformed): Buffer {
  const lines = Object.entries(headers)
    .filter(([name]) => name !== 'content-length' && name !== 'transfer-encoding')
    .map(([name, value]) => `${name}: ${value}`);
  const head = [
    `${method} ${target} HTTP/1.1`,
    ...lines,
    'connection: close',
    framing ?? `content-length: ${body.length}`,
  ];
  return Buffer.concat([
    Buffer.from(`${head.filter((line) => line !== '').join('\r\n')}\r\n\r\n`, 'latin1'),
    body,
  ]);
}

/** Replaces one value in the body, or adds one, in the syntax that the body is in. */
function changeValue(request: Malformed, chance: Ids): Malformed {
  const text = request.body.toString();
  if (text.startsWith('{')) return { ...request, body: Buffer.from(changedJson(text, chance)) };
  if (text.startsWith('<')) return { ...request, body: Buffer.from(changedXml(text, chance)) };
  if (text.includes('=')) return { ...request, body: Buffer.from(changedForm(text, chance)) };
  return changeTarget(request, chance);
}

function changeTarget(request: Malformed, chance: Ids): Malformed {
  const [path = '', query = ''] = request.target.split('?');
  if (query !== '' && chance.random() < 0.7)
    return { ...request, target: `${path}?${changedForm(query, chance)}` };
  const segments = path.split('/');
  segments[below(segments.length, chance)] = pick(
    [encodeURIComponent(pick(TEXTS, chance).toWellFormed()), '%', '%zz', '%ff', ''],
    chance,
  ).slice(0, 9000);
  return { ...request, target: `/${segments.join('/').replace(/^\/+/, '')}` };
}

function changeHeader(request: Malformed, chance: Ids): Malformed {
  const names = Object.keys(request.headers);
  if (chance.random() < 0.2) {
    const { [names[below(names.length, chance)] ?? '']: _, ...others } = request.headers;
    return { ...request, headers: others };
  }
  const [name, value] =
    chance.random() < 0.3
      ? [names[below(names.length, chance)] ?? 'x', headerText(pick(TEXTS, chance))]
      : pick(HEADERS, chance);
  return { ...request, headers: { ...request.headers, [name]: value } };
}

function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 9000);
}

/** Puts an odd value where a value was, or a member where there was none. */
function changedJson(text: string, chance: Ids): string {
  const value = pick(JSON_VALUES, chance);
  if (chance.random() < 0.15)
    return text.replace('{', `{"${pick(['__proto__', 'constructor', 'x', ''], chance)}":${value},`);
  const places = [...text.matchAll(/"(?:[^"\\]|\\.)*"(?!\s*:)|-?\d[\d.eE+-]*|true|false|null|\{|\[/g)];
  const place = places[below(places.length, chance)];
  if (place === undefined) return text;
  return text.slice(0, place.index) + value + text.slice(place.index + place[0].length);
}

function changedXml(text: string, chance: Ids): string {
  const places = [...text.matchAll(/>([^<]*)</g)];
  const place = places[below(places.length, chance)];
  const value = pick([...TEXTS, BILLION_LAUGHS, '<x/>', '<![CDATA[x]]>', '&lt;'], chance);
  if (place === undefined) return value;
  return text.slice(0, place.index + 1) + value + text.slice(place.index + 1 + (place[1] ?? '').length);
}

const FORM_NAMES = [
  'Tags.member.99999999999.Key',
  'A.'.repeat(3000),
  '__proto__.x',
  'constructor.prototype.x',
  'Filter.0.Name',
  'Filter.-1.Name',
  '',
  '.',
  '..',
  'Action',
  'Version',
];

function changedForm(text: string, chance: Ids): string {
  const pairs = text.split('&');
  const at = below(pairs.length, chance);
  const [name = ''] = (pairs[at] ?? '').split('=');
  const value = pick(['%', '%zz', '%ff%fe', encodeURIComponent(pick(TEXTS, chance).toWellFormed())], chance);
  if (chance.random() < 0.2)
    pairs.push(
      `${pick([...FORM_NAMES, `${name}.1`, `${name}.member.1.x`, `${name}.entry.1.key`], chance)}=${value}`,
    );
  else pairs[at] = `${name}=${value}`;
  return pairs.join('&');
}

function spoilt(body: Buffer, chance: Ids): Buffer {
  const bytes = Buffer.from(body);
  for (let left = 1 + below(4, chance); left > 0 && bytes.length > 0; left -= 1)
    bytes[below(bytes.length, chance)] = below(256, chance);
  return bytes;
}

function zipped(body: Buffer, chance: Ids): Pick<Malformed, 'body'> {
  const whole = gzipSync(body);
  const kinds = [
    whole.subarray(0, below(whole.length, chance)),
    deflateRawSync(body),
    spoilt(whole, chance),
    GZIP_BOMB,
    whole,
  ];
  return { body: pick(kinds, chance) };
}

export function below(limit: number, chance: Ids): number {
  return Math.floor(chance.random() * limit);
}

export function pick<T>(options: readonly T[], chance: Ids): T {
  return options[below(options.length, chance)] as T;
}
