import { UsageError } from '../../usage-error.ts';

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

/** Turns what the user can put right about reaching AWS into one clear line. @throws UsageError */
export async function explained<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const mend = error instanceof Error ? mendOf(error) : undefined;
    if (mend === undefined) throw error;
    throw new UsageError(mend, { cause: error });
  }
}

function mendOf(error: Error): string | undefined {
  const { name, message } = error;
  const said = message.split('\n')[0] ?? '';
  if (DENIED.has(name))
    return `${said}: allow what \`evenkeel doctor --iam-policy\` prints to whoever runs this`;
  if (UNKNOWN_KEYS.has(name)) return `the AWS credentials are not accepted: ${said}`;
  if (name === 'CredentialsProviderError')
    return `there are no AWS credentials: set them as for the AWS CLI, or name a profile by --profile (${said})`;
  if (/region is missing/i.test(message)) return 'there is no region: set AWS_REGION, or give --region';
  if ('code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code))
    return `AWS cannot be reached (${error.code}): see --endpoint-url, --region and the network`;
  return undefined;
}
