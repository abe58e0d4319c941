/**
 * What every SDK client is made with. Region, credentials and endpoint come from the standard environment
 * (`AWS_REGION`, `AWS_ENDPOINT_URL`). A call that hangs is given up early enough for its retries to fit into a
 * function's time; connections are kept alive by the SDK itself.
 */
export const CLIENT_OPTIONS = {
  maxAttempts: 3,
  retryMode: 'standard',
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};
