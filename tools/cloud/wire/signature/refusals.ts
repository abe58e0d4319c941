import { AwsError } from '../../kernel/index.ts';
import type { Form } from '../protocols/index.ts';

/** Why a request is not taken for who it says it is from. */
export type Refusal =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'incomplete'; readonly why: string }
  | { readonly kind: 'unknown key' }
  /** A session token that is missing, or is not the key's. */
  | { readonly kind: 'wrong token' }
  | { readonly kind: 'expired token' }
  | { readonly kind: 'wrong signature'; readonly why?: string }
  /** The signature's instant is too far off; `why` in the words of all but S3 and EC2. */
  | { readonly kind: 'skewed'; readonly why: string }
  | { readonly kind: 'expired URL' }
  | { readonly kind: 'wrong payload hash' };

type Words = readonly [code: string, status: number, message: string];

const INVALID_TOKEN = 'The security token included in the request is invalid.';
const EXPIRED_TOKEN = 'The security token included in the request is expired';
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const NOT_VALIDATED = 'AWS was not able to validate the provided access credentials';

/**
 * A refusal in the words and with the status of whoever is asked (IAM's "Common errors" of each service's API
 * Reference; S3's "List of error codes"; EC2's "Error codes").
 *
 * @param kept whether a JSON service has kept the codes of its Query days, as SQS and CloudWatch have
 */
export function refused(refusal: Refusal, form: Form, kept: boolean): AwsError {
  const [code, status, message] = wordsOf(refusal, form, kept);
  return new AwsError(code, message, { status });
}

function wordsOf(refusal: Refusal, form: Form, kept: boolean): Words {
  switch (form) {
    case 'rest-xml':
      return s3Words(refusal);
    case 'ec2-query':
      return ec2Words(refusal);
    case 'query':
      return queryWords(refusal);
    case 'json':
    case 'cbor':
      return kept ? queryWords(refusal) : jsonWords(refusal, 400);
    case 'rest-json':
      return jsonWords(refusal, 403);
  }
}

function queryWords(refusal: Refusal): Words {
  switch (refusal.kind) {
    case 'unsigned':
      return ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'];
    case 'incomplete':
      return ['IncompleteSignature', 400, refusal.why];
    case 'unknown key':
    case 'wrong token':
      return ['InvalidClientTokenId', 403, INVALID_TOKEN];
    case 'expired token':
      return ['ExpiredToken', 403, EXPIRED_TOKEN];
    case 'wrong signature':
    case 'skewed':
      return ['SignatureDoesNotMatch', 403, refusal.why ?? MISMATCH];
    case 'expired URL':
      return ['SignatureDoesNotMatch', 403, 'Signature expired'];
    case 'wrong payload hash':
      return ['SignatureDoesNotMatch', 403, MISMATCH];
  }
}

const JSON_CODES: Readonly<Record<string, string>> = {
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  ExpiredToken: 'ExpiredTokenException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
};

function jsonWords(refusal: Refusal, status: number): Words {
  const [code, , message] = queryWords(refusal);
  return [JSON_CODES[code] ?? code, status, message];
}

function ec2Words(refusal: Refusal): Words {
  switch (refusal.kind) {
    case 'unsigned':
      return ['MissingAuthenticationToken', 403, 'The request must contain valid credentials.'];
    case 'incomplete':
      return ['IncompleteSignature', 400, refusal.why];
    case 'expired token':
    case 'skewed':
    case 'expired URL':
      return ['RequestExpired', 400, 'Request has expired.'];
    case 'unknown key':
    case 'wrong token':
    case 'wrong signature':
    case 'wrong payload hash':
      return ['AuthFailure', 401, NOT_VALIDATED];
  }
}

function s3Words(refusal: Refusal): Words {
  switch (refusal.kind) {
    case 'unsigned':
      return ['AccessDenied', 403, 'Access Denied'];
    case 'incomplete':
      return ['AuthorizationHeaderMalformed', 400, refusal.why];
    case 'unknown key':
      return ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'];
    case 'wrong token':
      return ['InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'];
    case 'expired token':
      return ['ExpiredToken', 400, 'The provided token has expired.'];
    case 'wrong signature':
      return [
        'SignatureDoesNotMatch',
        403,
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      ];
    case 'skewed':
      return [
        'RequestTimeTooSkewed',
        403,
        'The difference between the request time and the current time is too large.',
      ];
    case 'expired URL':
      return ['AccessDenied', 403, 'Request has expired'];
    case 'wrong payload hash':
      return [
        'XAmzContentSHA256Mismatch',
        400,
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      ];
  }
}
