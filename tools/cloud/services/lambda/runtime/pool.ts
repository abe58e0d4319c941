import type { Kernel, Principal } from '../../../kernel/index.ts';
import { AwsError } from '../../../kernel/index.ts';
import type { FunctionVersion } from '../functions.ts';
import { roleNameOf } from '../names.ts';
import type { LambdaPorts } from '../ports.ts';
import { ExecutionEnvironment } from './environment.ts';
import { LogWriter } from './log-writer.ts';
import { Pulse } from './pulse.ts';
import { environmentVariables } from './variables.ts';

/** An environment with its log stream. */
export interface WarmEnvironment {
  readonly environment: ExecutionEnvironment;
  readonly log: LogWriter;
}

/** Idle environments kept for each version. More would only hold memory. */
const IDLE_LIMIT = 4;

/** What a function that is traced sends, in its role's name; traces themselves are not kept. */
const TRACING = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];

/** Execution environments by version: reused when idle, started when none is. */
export class EnvironmentPool {
  readonly #kernel: Kernel;
  readonly #on: LambdaPorts;
  readonly #idle = new Map<FunctionVersion, WarmEnvironment[]>();
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #pulse = new Pulse();
  #isClosed = false;

  constructor(kernel: Kernel, on: LambdaPorts) {
    this.#kernel = kernel;
    this.#on = on;
  }

  /** An environment that nobody else uses until it is given back. */
  acquire(version: FunctionVersion): WarmEnvironment {
    const idle = this.#idle.get(version) ?? [];
    for (let warm = idle.pop(); warm !== undefined; warm = idle.pop()) {
      if (warm.environment.isAlive) return this.#used(warm);
      this.#all.delete(warm.environment);
    }
    return this.#used(this.#start(version));
  }

  #used(warm: WarmEnvironment): WarmEnvironment {
    this.#pulse.watch();
    return warm;
  }

  /** @param sameCode whether the version still is what the environment was started with */
  giveBack(version: FunctionVersion, warm: WarmEnvironment, sameCode: boolean): void {
    this.#pulse.leave();
    const idle = this.#idle.get(version) ?? [];
    if (sameCode && warm.environment.isAlive && idle.length < IDLE_LIMIT) {
      idle.push(warm);
      this.#idle.set(version, idle);
    } else {
      this.#end(warm.environment);
    }
  }

  /** Ends what is idle of a version. */
  retire(version: FunctionVersion): void {
    for (const { environment } of this.#idle.get(version) ?? []) this.#end(environment);
    this.#idle.delete(version);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#all].map((environment) => environment.close()));
    this.#all.clear();
    this.#idle.clear();
  }

  #start(version: FunctionVersion): WarmEnvironment {
    if (this.#isClosed) throw new AwsError('ServiceException', 'The cloud is closed.', { status: 500 });
    const { settings } = version;
    const { account, clock } = this.#kernel;
    const role: Principal = {
      kind: 'role',
      roleName: roleNameOf(settings.Role),
      session: version.functionName,
    };
    this.#decryptVariables(version, role);
    if (settings.TracingMode === 'Active') TRACING.forEach((action) => this.#on.authorize(role, action, '*'));
    const log = new LogWriter(this.#kernel, version, role, this.#on);
    const { SubnetIds: subnetIds = [], SecurityGroupIds: securityGroupIds = [] } = settings.VpcConfig ?? {};
    const spec = {
      sharedNow: clock.sharedNow,
      sharedPulse: this.#pulse.shared,
      folder: version.code.folder,
      handler: settings.Handler,
      isDurable: settings.DurableConfig !== undefined,
      seed: log.stream,
      jsonLogs: settings.Logging.LogFormat === 'JSON',
      memoryMegabytes: settings.MemorySize,
      variables: environmentVariables(version, {
        region: account.region,
        endpoint: this.#on.endpoint(),
        credentials: this.#on.credentials(settings.Role, version.functionName),
        logStream: log.stream,
        proxy: this.#on.proxy(subnetIds.length > 0 ? { subnetIds, securityGroupIds } : undefined),
      }),
    };
    const environment = new ExecutionEnvironment(spec, this.#kernel);
    this.#all.add(environment);
    return { environment, log };
  }

  /** "Securing Lambda environment variables": of a key of the account's own, the function's role has to have leave. */
  #decryptVariables({ settings, arn }: FunctionVersion, role: Principal): void {
    const { KMSKeyArn: key } = settings;
    const functionArn = arn.split(':').slice(0, 7).join(':');
    if (key === undefined || Object.keys(settings.Variables).length === 0) return;
    if (this.#on.mayUseKey(key, role, functionArn, ['kms:Decrypt'])) return;
    throw new AwsError(
      'KMSAccessDeniedException',
      "Lambda was unable to decrypt the environment variables because KMS access was denied. Please check the function's KMS key settings.",
      { status: 502 },
    );
  }

  #end(environment: ExecutionEnvironment): void {
    this.#all.delete(environment);
    void environment.close();
  }
}
