import type {
  CreateFunctionCommandInput,
  FunctionConfiguration,
  UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../kernel/index.ts';
import type { FunctionVersion, Settings } from './functions.ts';

/** What CreateFunction and UpdateFunctionConfiguration have in common. */
type SettingsInput = Omit<UpdateFunctionConfigurationCommandInput, 'FunctionName'> &
  Pick<CreateFunctionCommandInput, 'Architectures'>;

const DEFAULTS = {
  Description: '',
  Timeout: 3,
  MemorySize: 128,
  Variables: {},
  Architectures: ['x86_64'],
  EphemeralStorage: 512,
  TracingMode: 'PassThrough',
  Logging: { LogFormat: 'Text' },
} satisfies Partial<Settings>;

/** The settings of a new function. @throws AwsError InvalidParameterValueException */
export function newSettings(input: SettingsInput): Settings {
  const { Runtime, Handler, Role } = input;
  if (Runtime === undefined || Handler === undefined) {
    throw invalid(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
  if (Role === undefined) throw invalid('Role is mandatory.');
  return changedSettings({ ...DEFAULTS, Runtime, Handler, Role }, input);
}

/** Settings after an update: what the input leaves out stays. @throws AwsError InvalidParameterValueException */
export function changedSettings(before: Settings, input: SettingsInput): Settings {
  checkInput(input);
  const target = input.DeadLetterConfig?.TargetArn;
  const changes = {
    Runtime: input.Runtime,
    Handler: input.Handler,
    Role: input.Role,
    Description: input.Description,
    Timeout: input.Timeout,
    MemorySize: input.MemorySize,
    Variables: input.Environment?.Variables,
    Architectures: input.Architectures,
    EphemeralStorage: input.EphemeralStorage?.Size,
    TracingMode: input.TracingConfig?.Mode,
    Logging: input.LoggingConfig && { ...before.Logging, ...input.LoggingConfig },
    KMSKeyArn: input.KMSKeyArn,
    VpcConfig: input.VpcConfig,
    DeadLetterTarget: target,
    DurableConfig: input.DurableConfig && { ...before.DurableConfig, ...input.DurableConfig },
  };
  return { ...before, ...defined(changes) };
}

/** What is set of an object: under exact optional types, undefined is no way to leave a property out. */
export function defined<Values extends object>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Values]?: Exclude<Values[Key], undefined> };
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

// Limits: "Lambda quotas". Lambda's model has room for functions of more than these, which the cloud does not run.
function checkInput(input: SettingsInput): void {
  if (input.Runtime !== undefined) checkRuntime(input.Runtime);
  checkMost('timeout', input.Timeout, 900);
  checkMost('memorySize', input.MemorySize, 10_240);
  checkMost('ephemeralStorage.size', input.EphemeralStorage?.Size, 10_240);
  if ((input.Layers?.length ?? 0) > 0) throw invalid('Layers are not run by the local cloud.');
  const size = Object.entries(input.Environment?.Variables ?? {}).reduce(
    (sum, [k, v]) => sum + k.length + v.length,
    0,
  );
  if (size > 4096) {
    throw invalid(
      'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.',
    );
  }
  for (const name of Object.keys(input.Environment?.Variables ?? {})) checkVariableName(name);
}

function checkRuntime(runtime: string): void {
  if (!/^nodejs(20|22|24)\.x$/.test(runtime)) {
    throw invalid(
      `The runtime ${runtime} is not run by the local cloud, which has nodejs20.x, nodejs22.x and nodejs24.x.`,
    );
  }
}

function checkMost(name: string, value: number | undefined, most: number): void {
  if (value === undefined || value <= most) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value less than or equal to ${most}`,
  );
}

/** Names that Lambda sets itself: "Reserved environment variables". */
const RESERVED = new Set([
  '_HANDLER',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

function checkVariableName(name: string): void {
  if (RESERVED.has(name)) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${name}`,
    );
  }
}

/** A version as the API describes it. */
export function configuration(version: FunctionVersion): FunctionConfiguration {
  const { settings, code } = version;
  return {
    FunctionName: version.functionName,
    FunctionArn: version.arn,
    Version: version.version,
    Runtime: settings.Runtime as NonNullable<FunctionConfiguration['Runtime']>,
    Handler: settings.Handler,
    Role: settings.Role,
    Description: settings.Description,
    Timeout: settings.Timeout,
    MemorySize: settings.MemorySize,
    CodeSize: code.size,
    CodeSha256: code.sha256,
    RevisionId: version.revisionId,
    // Lambda's own form of this timestamp: 2026-01-31T08:00:00.000+0000.
    LastModified: new Date(version.modifiedAt).toISOString().replace('Z', '+0000'),
    PackageType: 'Zip',
    Architectures: settings.Architectures,
    EphemeralStorage: { Size: settings.EphemeralStorage },
    TracingConfig: { Mode: settings.TracingMode },
    LoggingConfig: { LogGroup: logGroupOf(version), ...settings.Logging },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    ...(Object.keys(settings.Variables).length > 0 && { Environment: { Variables: settings.Variables } }),
    ...(settings.KMSKeyArn !== undefined && { KMSKeyArn: settings.KMSKeyArn }),
    ...(settings.VpcConfig && { VpcConfig: settings.VpcConfig }),
    ...(settings.DeadLetterTarget && { DeadLetterConfig: { TargetArn: settings.DeadLetterTarget } }),
    ...(settings.DurableConfig && { DurableConfig: settings.DurableConfig }),
  };
}

/** The log group that a version writes to. */
export function logGroupOf(version: FunctionVersion): string {
  return version.settings.Logging.LogGroup ?? `/aws/lambda/${version.functionName}`;
}
