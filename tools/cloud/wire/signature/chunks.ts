import type { Chunked } from '../body.ts';
import type { SigningKeys } from './keys.ts';
import { scopeOf, sha256 } from './keys.ts';
import type { Signature } from './read.ts';

const EMPTY = sha256('');
const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

/**
 * Whether each chunk, and the trailers if there are any, carry the signature that follows from the one before (Amazon
 * S3 API Reference, "Signature calculations for the authorization header: Transferring payload in multiple chunks").
 */
export function chunksAreSigned(
  { chunks, trailers }: Chunked,
  { credential, date, signature: seed }: Signature,
  secret: string,
  keys: SigningKeys,
): boolean {
  const sign = (algorithm: string, ...rest: string[]) =>
    keys.sign(secret, credential, [algorithm, date, scopeOf(credential), ...rest].join('\n'));
  let previous = seed;
  for (const { data, signature } of chunks) {
    if (sign('AWS4-HMAC-SHA256-PAYLOAD', previous, EMPTY, sha256(data)) !== signature) return false;
    previous = signature;
  }
  const { [TRAILER_SIGNATURE]: signature, ...signed } = trailers;
  if (Object.keys(signed).length === 0) return true;
  const text = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`);
  return sign('AWS4-HMAC-SHA256-TRAILER', previous, sha256(text.join(''))) === signature;
}
