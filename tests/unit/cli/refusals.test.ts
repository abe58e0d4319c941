import { describe, expect, it } from 'vitest';
import { asUsageError, explained } from '../../../tools/cli/refusals.ts';
import { UsageError } from '../../../tools/cli/usage-error.ts';

/** An error as an AWS client throws it. */
function thrown(name: string, message: string, code?: string): Error {
  return Object.assign(new Error(message), { name, ...(code === undefined ? {} : { code }) });
}

describe('what the user can put right about reaching AWS is said in one line', () => {
  it.each([
    [
      thrown('AccessDenied', 'User x is not authorized to perform: ec2:y'),
      /ec2:y: allow it to whoever runs this$/,
    ],
    [thrown('ExpiredTokenException', 'expired'), /^the AWS credentials are not accepted: expired$/],
    [thrown('CredentialsProviderError', 'none'), /^there are no AWS credentials: set them .* --profile/],
    [thrown('Error', 'Region is missing'), /^there is no region: set AWS_REGION, or give --region$/],
    [
      thrown('Error', 'connect', 'ECONNREFUSED'),
      /^AWS cannot be reached \(ECONNREFUSED\): see --endpoint-url/,
    ],
    [thrown('Error', 'getaddrinfo', 'ENOTFOUND'), /^AWS cannot be reached \(ENOTFOUND\)/],
    [thrown('TypeError', 'Invalid URL', 'ERR_INVALID_URL'), /^the endpoint is no URL: write --endpoint-url/],
  ])('%s', (error, line) => {
    const said = asUsageError(error);
    expect(said).toBeInstanceOf(UsageError);
    expect((said as UsageError).message).toMatch(line);
  });

  it('and all else is left as it is, a file that is not there too', () => {
    for (const error of [
      thrown('Error', 'bug'),
      thrown('Error', 'open x', 'ENOENT'),
      new UsageError('mine'),
      'text',
    ])
      expect(asUsageError(error)).toBe(error);
  });

  it('with what to allow, where the command knows it', async () => {
    const denied = () => Promise.reject(thrown('AccessDeniedException', 'no'));
    await expect(explained(denied, 'allow reading')).rejects.toThrow(/^no: allow reading$/);
  });
});
