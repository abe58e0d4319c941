import { isDeepStrictEqual } from 'node:util';
import type {
  AliasConfiguration,
  CreateFunctionCommandInput,
  FunctionEventInvokeConfig,
} from '@aws-sdk/client-lambda';
import type { Instant, Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import type { CodePackage } from './code-packages.ts';
import type { FunctionRef } from './names.ts';
import { functionRef } from './names.ts';
import type { ResourcePolicy } from './resource-policy.ts';

/** What a version runs with, in the words of CreateFunction. */
export interface Settings {
  Runtime: string;
  Handler: string;
  Role: string;
  Description: string;
  /** Seconds. */
  Timeout: number;
  MemorySize: number;
  Variables: Readonly<Record<string, string>>;
  Architectures: NonNullable<CreateFunctionCommandInput['Architectures']>;
  EphemeralStorage: number;
  TracingMode: 'Active' | 'PassThrough';
  Logging: NonNullable<CreateFunctionCommandInput['LoggingConfig']>;
  KMSKeyArn?: string;
  VpcConfig?: NonNullable<CreateFunctionCommandInput['VpcConfig']>;
  DeadLetterTarget?: string;
  DurableConfig?: NonNullable<CreateFunctionCommandInput['DurableConfig']>;
}

/** `$LATEST` or a published version: code and settings; published ones never change. */
export interface FunctionVersion {
  readonly functionName: string;
  readonly version: string;
  /** Qualified for a published version, unqualified for `$LATEST`, as Lambda gives it. */
  readonly arn: string;
  settings: Settings;
  code: CodePackage;
  revisionId: string;
  modifiedAt: Instant;
}

/** A function with all its versions, aliases and policies. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly latest: FunctionVersion;
  readonly published: Map<string, FunctionVersion>;
  readonly aliases: Map<string, AliasConfiguration>;
  /** By qualifier; the unqualified function's own under `$LATEST`. */
  readonly policies: Map<string, ResourcePolicy>;
  readonly eventInvokeConfigs: Map<string, FunctionEventInvokeConfig>;
  tags: Record<string, string>;
  nextVersion: number;
  /** What the newest version was made of: publishing the same again makes none. */
  lastPublished?: { readonly settings: Settings; readonly code: CodePackage };
  reservedConcurrency?: number;
}

/** What a reference comes to: the function, the version that runs, and the ARN as it was invoked. */
export interface ResolvedFunction {
  readonly fn: LambdaFunction;
  readonly version: FunctionVersion;
  readonly qualifier?: string;
  readonly invokedArn: string;
}

/** All functions of the account, by name. */
export class Functions {
  readonly #kernel: Kernel;
  readonly #byName = new Map<string, LambdaFunction>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  arnOf(name: string, qualifier?: string): string {
    const resource = qualifier === undefined ? `function:${name}` : `function:${name}:${qualifier}`;
    return arn(this.#kernel.account, 'lambda', resource);
  }

  /** @throws AwsError ResourceConflictException when the name is taken */
  add(name: string, settings: Settings, code: CodePackage, tags: Record<string, string>): LambdaFunction {
    if (this.#byName.has(name)) {
      throw new AwsError('ResourceConflictException', `Function already exist: ${name}`);
    }
    const fn: LambdaFunction = {
      name,
      arn: this.arnOf(name),
      latest: this.#version(name, '$LATEST', settings, code),
      published: new Map(),
      aliases: new Map(),
      policies: new Map(),
      eventInvokeConfigs: new Map(),
      tags,
      nextVersion: 1,
    };
    this.#byName.set(name, fn);
    return fn;
  }

  /** Freezes `$LATEST` as the next version; answers the newest one when nothing has changed since it. */
  publish(fn: LambdaFunction, description?: string): FunctionVersion {
    const { settings, code } = fn.latest;
    const newest = fn.published.get(String(fn.nextVersion - 1));
    const last = fn.lastPublished;
    if (newest !== undefined && isDeepStrictEqual(last, { settings, code })) return newest;
    fn.lastPublished = { settings, code };
    const number = String(fn.nextVersion++);
    const version = this.#version(fn.name, number, settings, code, description);
    fn.published.set(number, version);
    return version;
  }

  /** Gives `$LATEST` new settings or code. */
  change(version: FunctionVersion, to: { settings?: Settings; code?: CodePackage }): void {
    version.settings = to.settings ?? version.settings;
    version.code = to.code ?? version.code;
    version.revisionId = this.#kernel.ids.uuid();
    version.modifiedAt = this.#kernel.clock.now();
  }

  delete(fn: LambdaFunction): void {
    this.#byName.delete(fn.name);
  }

  find(name: string): LambdaFunction | undefined {
    return this.#byName.get(name);
  }

  all(): LambdaFunction[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws AwsError ResourceNotFoundException */
  get(functionName: string | undefined, qualifier?: string): LambdaFunction {
    const ref = functionRef(functionName, qualifier);
    const fn = this.#byName.get(ref.name);
    if (fn === undefined) throw this.#notFound(ref);
    return fn;
  }

  /** The version that a name, ARN or alias stands for. @throws AwsError ResourceNotFoundException */
  resolve(functionName: string | undefined, qualifier?: string): ResolvedFunction {
    const ref = functionRef(functionName, qualifier);
    const fn = this.#byName.get(ref.name);
    if (fn === undefined) throw this.#notFound(ref);
    if (ref.qualifier === undefined) return { fn, version: fn.latest, invokedArn: fn.arn };
    const number = fn.aliases.get(ref.qualifier)?.FunctionVersion ?? ref.qualifier;
    const version = number === '$LATEST' ? fn.latest : fn.published.get(number);
    if (version === undefined) throw this.#notFound(ref);
    return { fn, version, qualifier: ref.qualifier, invokedArn: this.arnOf(fn.name, ref.qualifier) };
  }

  #version(
    functionName: string,
    version: string,
    settings: Settings,
    code: CodePackage,
    description?: string,
  ): FunctionVersion {
    return {
      functionName,
      version,
      arn: version === '$LATEST' ? this.arnOf(functionName) : this.arnOf(functionName, version),
      settings: description === undefined ? settings : { ...settings, Description: description },
      code,
      revisionId: this.#kernel.ids.uuid(),
      modifiedAt: this.#kernel.clock.now(),
    };
  }

  #notFound(ref: FunctionRef): AwsError {
    return new AwsError(
      'ResourceNotFoundException',
      `Function not found: ${this.arnOf(ref.name, ref.qualifier)}`,
    );
  }
}
