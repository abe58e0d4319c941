import { UsageError } from './usage-error.ts';

const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'AuthorizationError',
]);
const UNKNOWN_KEYS = new Set([
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'AuthFailure',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'ExpiredTokenException',
]);

const ALLOW = 'allow it to whoever runs this';
/** For what reads alone. */
export const ALLOW_READING = 'allow what `evenkeel doctor --iam-policy` prints to whoever runs this';

/**
 * Turns what the user can put right about reaching AWS into one clear line.
 *
 * @param allow  what to do about a call that is denied
 * @throws UsageError
 */
export async function explained<Result>(act: () => Promise<Result>, allow = ALLOW): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw asUsageError(error, allow);
  }
}

/** What the user can put right, said as that; everything else as it is. */
export function asUsageError(error: unknown, allow = ALLOW): unknown {
  if (!(error instanceof Error) || error instanceof UsageError) return error;
  const mend = mendOf(error, allow);
  return mend === undefined ? error : new UsageError(mend, { cause: error });
}

function mendOf(error: Error, allow: string): string | undefined {
  const { name, message } = error;
  const said = message.split('\n')[0] ?? '';
  if (DENIED.has(name)) return `${said}: ${allow}`;
  if (UNKNOWN_KEYS.has(name)) return `the AWS credentials are not accepted: ${said}`;
  if (name === 'CredentialsProviderError')
    return `there are no AWS credentials: set them as for the AWS CLI, or name a profile by --profile (${said})`;
  if (/region is missing/i.test(message)) return 'there is no region: set AWS_REGION, or give --region';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (UNREACHED.test(code))
    return `AWS cannot be reached (${code}): see --endpoint-url, --region and the network`;
  return code === 'ERR_INVALID_URL'
    ? 'the endpoint is no URL: write --endpoint-url, or AWS_ENDPOINT_URL, such as http://127.0.0.1:4566'
    : undefined;
}

/** Of Node's codes those of the network: what is wrong with a file is said by whoever opens it. */
const UNREACHED = /^E(?:AI_AGAIN|ADDRNOTAVAIL|CONN\w+|HOSTUNREACH|NETUNREACH|NOTFOUND|PIPE|PROTO|TIMEDOUT)$/;
