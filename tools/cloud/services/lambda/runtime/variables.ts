import type { FunctionVersion } from '../functions.ts';
import type { Credentials } from '../ports.ts';
import { logGroupOf } from '../settings.ts';

/**
 * The `process.env` of an execution environment: what Lambda sets ("Defined runtime environment variables"), the
 * function's own variables, and what leads the AWS SDK and HTTP clients to the cloud.
 */
export function environmentVariables(
  version: FunctionVersion,
  around: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: Credentials;
    readonly logStream: string;
    readonly proxy: string | undefined;
  },
): Record<string, string> {
  const { settings } = version;
  return {
    ...settings.Variables,
    _HANDLER: settings.Handler,
    AWS_ACCESS_KEY_ID: around.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: around.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: around.credentials.sessionToken,
    AWS_REGION: around.region,
    AWS_DEFAULT_REGION: around.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.Runtime}`,
    AWS_ENDPOINT_URL: around.endpoint,
    AWS_LAMBDA_FUNCTION_NAME: version.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.MemorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(version),
    AWS_LAMBDA_LOG_STREAM_NAME: around.logStream,
    ...(settings.Logging.LogFormat === 'JSON' && { AWS_LAMBDA_LOG_FORMAT: 'JSON' }),
    LAMBDA_TASK_ROOT: version.code.folder,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
    ...(around.proxy !== undefined && proxyVariables(around.proxy)),
  };
}

/** Node.js 24 reads these when a thread starts; fetch, http and https then use the proxy. */
function proxyVariables(proxy: string): Record<string, string> {
  return { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: '127.0.0.1,localhost', NODE_USE_ENV_PROXY: '1' };
}
