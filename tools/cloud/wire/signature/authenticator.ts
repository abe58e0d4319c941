import type { Credentials, Holder, Instant, Principal } from '../../kernel/index.ts';
import { headerOf, type WireRequest } from '../protocols/exchange.ts';
import { canonicalRequest } from './canonical.ts';
import { chunksAreSigned } from './chunks.ts';
import { scopeOf, sha256, SigningKeys } from './keys.ts';
import type { ReadSignature, Signature } from './read.ts';
import { basicForm, credentialIn, instantOf } from './read.ts';
import type { Refusal } from './refusals.ts';
import { signersNow } from './signer-clock.ts';

export interface AuthenticatorParts {
  readonly credentials: Credentials;
  /** The cloud's time. */
  readonly now: () => Instant;
  /** Whether signatures are verified; if not, whoever brings an unknown key or none is the account. */
  readonly enforce: boolean;
}

/** Who sent a request. */
export interface Caller {
  readonly principal: Principal;
  readonly accessKeyId?: string;
}

/** How far a signature's instant may be off, and the longest that a presigned URL may hold. */
const TOLERANCE = 15 * 60_000;
const LONGEST_EXPIRES = 604_800;

const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const SIGNED_CHUNKS = /^STREAMING-AWS4-HMAC-SHA256-PAYLOAD(-TRAILER)?$/;
const UNSIGNED_CHUNKS = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/** Tells by a request's SigV4 signature who sent it. */
export class Authenticator {
  readonly #parts: AuthenticatorParts;
  readonly #keys = new SigningKeys();

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
  }

  /** @returns why not, where the signature does not hold */
  authenticate(request: WireRequest, read: ReadSignature): Caller | Refusal {
    if (!this.#parts.enforce) return this.#trusted(read);
    if (read.kind === 'unsigned') return { principal: { kind: 'anonymous' } };
    if (read.kind === 'incomplete') return read;
    return this.#verified(request, read.signature);
  }

  #trusted(read: ReadSignature): Caller {
    const accessKeyId = credentialIn(read)?.accessKeyId;
    const holder = accessKeyId === undefined ? undefined : this.#parts.credentials.holder(accessKeyId);
    return { principal: holder?.principal ?? { kind: 'account' } };
  }

  /**
   * What the clock of whoever sent a request shows. A reply bears its time, because SDKs take a clock that differs from
   * it for wrong, and sign by it from then on.
   */
  callersNow({ sent }: WireRequest, read: ReadSignature): Instant {
    const { enforce, now } = this.#parts;
    if (!enforce || read.kind !== 'signed') return now();
    return signersNow({ cloud: now(), machine: sent.machineTime }, instantOf(read.signature.date));
  }

  #verified(request: WireRequest, signature: Signature): Caller | Refusal {
    const { credentials } = this.#parts;
    const cloud = this.#parts.now();
    const { accessKeyId } = signature.credential;
    const holder = credentials.holder(accessKeyId);
    if (holder === undefined) return { kind: 'unknown key' };
    if (signature.sessionToken !== holder.sessionToken) return { kind: 'wrong token' };
    if (holder.expiresAt !== undefined && cloud >= holder.expiresAt) return { kind: 'expired token' };
    const now = signersNow({ cloud, machine: request.sent.machineTime }, instantOf(signature.date));
    return (
      untimely(signature, now) ??
      this.#mismatch(request, signature, holder) ?? { principal: holder.principal, accessKeyId }
    );
  }

  #mismatch(request: WireRequest, signature: Signature, holder: Holder): Refusal | undefined {
    const { credential, date, signedHeaders } = signature;
    if (!signedHeaders.includes('host')) {
      const why = `'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.`;
      return { kind: 'wrong signature', why };
    }
    const hash = payloadHash(request, signature);
    const canonical = canonicalRequest(request.sent, signature, hash);
    const text = ['AWS4-HMAC-SHA256', date, scopeOf(credential), sha256(canonical)].join('\n');
    const { secretAccessKey } = holder;
    if (this.#keys.sign(secretAccessKey, credential, text) !== signature.signature)
      return { kind: 'wrong signature' };
    return credential.service === 's3'
      ? this.#wrongPayload(request, signature, hash, secretAccessKey)
      : undefined;
  }

  #wrongPayload(
    { body, sent }: WireRequest,
    signature: Signature,
    hash: string,
    secret: string,
  ): Refusal | undefined {
    if (SIGNED_CHUNKS.test(hash)) {
      const isSigned =
        sent.chunked !== undefined && chunksAreSigned(sent.chunked, signature, secret, this.#keys);
      return isSigned ? undefined : { kind: 'wrong signature' };
    }
    if (hash === UNSIGNED_PAYLOAD || hash === UNSIGNED_CHUNKS) return undefined;
    return hash === sha256(body) ? undefined : { kind: 'wrong payload hash' };
  }
}

/** S3 takes the hash that the request names; everyone else takes the body's own. */
function payloadHash(request: WireRequest, { credential, expires }: Signature): string {
  if (credential.service !== 's3') return sha256(request.body);
  const named = headerOf(request, 'x-amz-content-sha256') ?? request.query.get('X-Amz-Content-Sha256');
  if (named !== null) return named;
  return expires === undefined ? sha256(request.body) : UNSIGNED_PAYLOAD;
}

/** In AWS's words, `20260105T120000Z` for instants. */
function untimely({ credential, date, expires }: Signature, now: Instant): Refusal | undefined {
  const at = instantOf(date);
  if (!date.startsWith(credential.date)) {
    const why = `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${credential.date}' != '${date.slice(0, 8)}', from '${date}'.`;
    return { kind: 'wrong signature', why };
  }
  if (at > now + TOLERANCE) {
    const latest = `${basicForm(now + TOLERANCE)} (${basicForm(now)} + 15 min.)`;
    return { kind: 'skewed', why: `Signature not yet current: ${date} is still later than ${latest}` };
  }
  if (expires !== undefined) return expiredUrl(at, expires, now);
  if (at >= now - TOLERANCE) return undefined;
  const earliest = `${basicForm(now - TOLERANCE)} (${basicForm(now)} - 15 min.)`;
  return { kind: 'skewed', why: `Signature expired: ${date} is now earlier than ${earliest}` };
}

function expiredUrl(at: Instant, expires: number, now: Instant): Refusal | undefined {
  if (expires > LONGEST_EXPIRES) {
    const why = `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${LONGEST_EXPIRES} seconds`;
    return { kind: 'incomplete', why };
  }
  return now > at + expires * 1000 ? { kind: 'expired URL' } : undefined;
}
