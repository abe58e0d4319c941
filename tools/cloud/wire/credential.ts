import type { WireRequest } from './protocols/exchange.ts';
import { headerOf } from './protocols/exchange.ts';

/** The credential of a SigV4 signature: who signed, and for which region and service. */
export interface SignedCredential {
  readonly accessKeyId: string;
  /** `20260105` */
  readonly date: string;
  readonly region: string;
  /** The service's signing name. */
  readonly service: string;
}

const SCOPE = /^([^/]+)\/(\d{8})\/([^/]*)\/([^/]+)\/aws4_request$/;

/**
 * Reads the credential out of the Authorization header, or out of the query of a presigned URL.
 *
 * @returns undefined for unsigned requests and for signatures of another kind
 */
export function signedCredential(
  request: Pick<WireRequest, 'headers' | 'query'>,
): SignedCredential | undefined {
  const header = /^AWS4-HMAC-SHA256 +.*?Credential=([^,\s]+)/.exec(headerOf(request, 'authorization') ?? '');
  const credential = header?.[1] ?? request.query.get('X-Amz-Credential') ?? '';
  const [, accessKeyId, date, region, service] = SCOPE.exec(credential) ?? [];
  if (accessKeyId === undefined || date === undefined || region === undefined || service === undefined) {
    return undefined;
  }
  return { accessKeyId, date, region, service };
}
