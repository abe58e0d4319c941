import type { WireRequest } from '../protocols/exchange.ts';
import { headerOf } from '../protocols/exchange.ts';

/** The credential of a SigV4 signature: who signed, and for which region and service. */
export interface SignedCredential {
  readonly accessKeyId: string;
  /** `20260105` */
  readonly date: string;
  readonly region: string;
  /** The service's signing name. */
  readonly service: string;
}

/** A SigV4 signature as a request brings it, in a header or in the query of a presigned URL. */
export interface Signature {
  readonly credential: SignedCredential;
  /** Lower case, in their order. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20260105T120000Z` */
  readonly date: string;
  readonly sessionToken: string | undefined;
  /** Seconds for which a presigned URL holds; undefined for a signature in a header. */
  readonly expires: number | undefined;
}

/** A request's signature, or what keeps it from being one. */
export type ReadSignature =
  | { readonly kind: 'signed'; readonly signature: Signature }
  | { readonly kind: 'unsigned' }
  /** `credential` where at least that can be read. */
  | {
      readonly kind: 'incomplete';
      readonly why: string;
      readonly credential: SignedCredential | undefined;
    };

const SCOPE = /^([^/]+)\/(\d{8})\/([^/]*)\/([^/]+)\/aws4_request$/;
const ALGORITHM = 'AWS4-HMAC-SHA256';
const CREDENTIAL = /[ ,]Credential=([^, ]+)/;
const SIGNED_HEADERS = /[ ,]SignedHeaders=([^, ]+)/;
const SIGNATURE = /[ ,]Signature=([^, ]+)/;

type Signed = Pick<WireRequest, 'headers' | 'query'>;

/** Reads the signature out of the Authorization header, or out of the query of a presigned URL. */
export function readSignature(request: Signed): ReadSignature {
  const header = headerOf(request, 'authorization');
  if (header !== undefined) return readHeader(request, header);
  return request.query.has('X-Amz-Algorithm') || request.query.has('X-Amz-Credential')
    ? readQuery(request.query)
    : { kind: 'unsigned' };
}

function readHeader(request: Signed, header: string): ReadSignature {
  return complete({
    algorithm: header.slice(0, header.indexOf(' ')),
    credential: CREDENTIAL.exec(header)?.[1],
    signedHeaders: SIGNED_HEADERS.exec(header)?.[1],
    signature: SIGNATURE.exec(header)?.[1],
    date: headerOf(request, 'x-amz-date') ?? basicDate(headerOf(request, 'date')),
    sessionToken: headerOf(request, 'x-amz-security-token'),
    expires: undefined,
  });
}

function readQuery(query: URLSearchParams): ReadSignature {
  const part = (name: string) => query.get(`X-Amz-${name}`) ?? undefined;
  return complete({
    algorithm: part('Algorithm'),
    credential: part('Credential'),
    signedHeaders: part('SignedHeaders'),
    signature: part('Signature'),
    date: part('Date'),
    sessionToken: part('Security-Token'),
    expires: part('Expires') ?? '',
  });
}

/** Whom a request says that it is from, as far as that can be read. */
export function credentialIn(read: ReadSignature): SignedCredential | undefined {
  if (read.kind === 'unsigned') return undefined;
  return read.kind === 'signed' ? read.signature.credential : read.credential;
}

interface Parts {
  readonly algorithm: string | undefined;
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  readonly date: string | undefined;
  readonly sessionToken: string | undefined;
  readonly expires: string | undefined;
}

/** AWS's words for what is missing. */
function complete(parts: Parts): ReadSignature {
  const { signedHeaders, signature, date, sessionToken } = parts;
  const credential = credentialOf(parts.credential);
  const incomplete = (why: string): ReadSignature => ({ kind: 'incomplete', why, credential });
  if (parts.algorithm !== ALGORITHM) return incomplete(`Unsupported AWS 'algorithm': '${parts.algorithm}'.`);
  if (parts.credential === undefined) return incomplete(requires('Credential'));
  if (credential === undefined)
    return incomplete(`Credential must have exactly 5 slash-delimited elements, got '${parts.credential}'.`);
  if (signature === undefined) return incomplete(requires('Signature'));
  if (signedHeaders === undefined) return incomplete(requires('SignedHeaders'));
  if (date === undefined || !/^\d{8}T\d{6}Z$/.test(date))
    return incomplete(`Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.`);
  const expires = parts.expires === undefined ? undefined : Number(parts.expires || NaN);
  if (expires !== undefined && !(expires >= 0)) return incomplete(requires('Expires'));
  return {
    kind: 'signed',
    signature: {
      credential,
      signedHeaders: signedHeaders.split(';'),
      signature,
      date,
      sessionToken,
      expires,
    },
  };
}

function requires(part: string): string {
  return `Authorization header requires '${part}' parameter.`;
}

function credentialOf(text = ''): SignedCredential | undefined {
  const [, accessKeyId, date, region, service] = SCOPE.exec(text) ?? [];
  if (accessKeyId === undefined || date === undefined || region === undefined || service === undefined) {
    return undefined;
  }
  return { accessKeyId, date, region, service };
}

/** An HTTP date in the form that signatures have. */
function basicDate(httpDate: string | undefined): string | undefined {
  const instant = Date.parse(httpDate ?? '');
  return Number.isNaN(instant) ? undefined : basicForm(instant);
}

/** `20260105T120000Z` */
export function basicForm(instant: number): string {
  return new Date(instant).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** Milliseconds since 1970 of {@link basicForm}. */
export function instantOf(date: string): number {
  const part = (from: number, to: number) => Number(date.slice(from, to));
  return Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(9, 11), part(11, 13), part(13, 15));
}
