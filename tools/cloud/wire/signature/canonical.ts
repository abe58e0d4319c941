import type { Sent } from '../protocols/exchange.ts';
import type { Signature } from './read.ts';

/**
 * The canonical request of SigV4 (IAM User Guide, "Create a signed AWS API request"), from what was sent and not from
 * what the wire has made of it.
 */
export function canonicalRequest(sent: Sent, signature: Signature, payloadHash: string): string {
  const [path, query] = parts(sent.target);
  return [
    sent.method,
    canonicalPath(path, signature.credential.service === 's3'),
    canonicalQuery(query),
    ...signature.signedHeaders.map((name) => `${name}:${canonicalHeader(sent.headers[name])}`),
    '',
    signature.signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

function parts(target: string): [path: string, query: string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

/** S3 encodes the path once and leaves its dots alone; everyone else encodes it once more, without them. */
function canonicalPath(path: string, isS3: boolean): string {
  if (isS3) return encoded(decoded(path), '/');
  return encoded(withoutDots(path), '/');
}

function withoutDots(path: string): string {
  if (!path.includes('/.') && !path.includes('//')) return path;
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '.' && segment !== '') kept.push(segment);
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='))
    .map((pair) => {
      const at = pair.indexOf('=');
      const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
      return [encoded(decoded(name)), encoded(decoded(value))] as const;
    })
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function canonicalHeader(values: readonly string[] = []): string {
  const [first = ''] = values;
  return values.length > 1 ? values.map(collapsed).join(',') : collapsed(first);
}

function collapsed(value: string): string {
  const trimmed = value.trim();
  return trimmed.includes('  ') ? trimmed.replace(/ {2,}/g, ' ') : trimmed;
}

const PLAIN = /^[\w.~-]*$/;
const PLAIN_PATH = /^[\w.~/-]*$/;

/** Everything but RFC 3986's unreserved characters becomes `%XX`. */
function encoded(text: string, besides: '' | '/' = ''): string {
  if ((besides === '/' ? PLAIN_PATH : PLAIN).test(text)) return text;
  const all = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return besides === '/' ? all.replaceAll('%2F', '/') : all;
}

/** What cannot be decoded was never encoded. */
function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
