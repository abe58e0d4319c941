import type { FunctionCode, Lambda, UpdateFunctionCodeCommandInput } from '@aws-sdk/client-lambda';
import type { Operations, Principal } from '../../kernel/index.ts';
import { AwsError, page } from '../../kernel/index.ts';
import type { CodePackage, CodePackages } from './code-packages.ts';
import type { FunctionVersion, Functions, Settings } from './functions.ts';
import { functionRef, roleNameOf } from './names.ts';
import type { LambdaPorts } from './ports.ts';
import { changedSettings, configuration, invalid, newSettings } from './settings.ts';

export interface FunctionOperationsContext {
  readonly functions: Functions;
  readonly packages: CodePackages;
  readonly on: Pick<LambdaPorts, 'code' | 'credentials' | 'authorize'>;
  /** Told when a version's code or settings are replaced, or it is deleted: its environments are of no more use. */
  readonly onRetired: (version: FunctionVersion) => void;
}

/** Functions themselves: create, read, change, delete. */
export function functionOperations(context: FunctionOperationsContext) {
  return { ...creation(context), ...changes(context), ...reading(context) };
}

function creation(context: FunctionOperationsContext) {
  const { functions, on, onRetired } = context;
  return {
    CreateFunction: (input) => {
      const { name } = functionRef(input.FunctionName);
      const settings = newSettings(input);
      checkRole(name, settings, on);
      const fn = functions.add(name, settings, unpack(input.Code, context), input.Tags ?? {});
      return configuration(input.Publish === true ? functions.publish(fn) : fn.latest);
    },

    DeleteFunction: (input) => {
      const { fn, version, qualifier } = functions.resolve(input.FunctionName, input.Qualifier);
      if (qualifier === undefined) {
        for (const each of [fn.latest, ...fn.published.values()]) onRetired(each);
        functions.delete(fn);
      } else {
        checkUnused(fn.aliases, qualifier, version);
        onRetired(version);
        fn.published.delete(version.version);
      }
      return { StatusCode: 204 };
    },
  } satisfies Operations<Lambda>;
}

function changes(context: FunctionOperationsContext) {
  const { functions, on, onRetired } = context;
  return {
    UpdateFunctionCode: (input) => {
      const fn = functions.get(input.FunctionName);
      checkRevision(fn.latest, input.RevisionId);
      const code = unpack(input, context);
      if (input.DryRun === true) return configuration(fn.latest);
      const { settings } = fn.latest;
      onRetired(fn.latest);
      functions.change(fn.latest, {
        code,
        settings: input.Architectures ? { ...settings, Architectures: input.Architectures } : settings,
      });
      return configuration(input.Publish === true ? functions.publish(fn) : fn.latest);
    },

    UpdateFunctionConfiguration: (input) => {
      const fn = functions.get(input.FunctionName);
      checkRevision(fn.latest, input.RevisionId);
      if (input.DurableConfig !== undefined && fn.latest.settings.DurableConfig === undefined) {
        throw invalid('You cannot add DurableConfig to an existing function.');
      }
      const settings = changedSettings(fn.latest.settings, input);
      checkRole(fn.name, settings, on);
      onRetired(fn.latest);
      functions.change(fn.latest, { settings });
      return configuration(fn.latest);
    },
  } satisfies Operations<Lambda>;
}

function reading({ functions }: FunctionOperationsContext) {
  return {
    GetFunction: (input) => {
      const { fn, version } = functions.resolve(input.FunctionName, input.Qualifier);
      const reserved = fn.reservedConcurrency;
      return {
        Configuration: configuration(version),
        Code: { RepositoryType: 'S3' },
        Tags: fn.tags,
        ...(reserved !== undefined && { Concurrency: { ReservedConcurrentExecutions: reserved } }),
      };
    },

    GetFunctionConfiguration: (input) =>
      configuration(functions.resolve(input.FunctionName, input.Qualifier).version),

    ListFunctions: (input) => {
      const all = functions
        .all()
        .flatMap((fn) => [
          configuration(fn.latest),
          ...(input.FunctionVersion === 'ALL' ? [...fn.published.values()].map(configuration) : []),
        ]);
      const { items, nextToken } = page(
        all,
        input.Marker,
        input.MaxItems ?? 50,
        'InvalidParameterValueException',
      );
      return { Functions: items, ...(nextToken !== undefined && { NextMarker: nextToken }) };
    },
  } satisfies Operations<Lambda>;
}

function unpack(
  code: FunctionCode | UpdateFunctionCodeCommandInput | undefined,
  { packages, on }: FunctionOperationsContext,
): CodePackage {
  if (code?.ZipFile !== undefined) return packages.unpack(code.ZipFile);
  if (code?.S3Bucket !== undefined && code.S3Key !== undefined) {
    return packages.unpack(on.code(code.S3Bucket, code.S3Key));
  }
  throw invalid('Please provide a source for function code.');
}

/** What Lambda makes sure of before it takes a role. */
function checkRole(name: string, settings: Settings, on: FunctionOperationsContext['on']): void {
  try {
    on.credentials(settings.Role, name);
  } catch {
    throw invalid('The role defined for the function cannot be assumed by Lambda.');
  }
  if ((settings.VpcConfig?.SubnetIds?.length ?? 0) === 0) return;
  const role: Principal = { kind: 'role', roleName: roleNameOf(settings.Role), session: name };
  for (const action of ['CreateNetworkInterface', 'DescribeNetworkInterfaces', 'DeleteNetworkInterface']) {
    if (!on.authorize(role, `ec2:${action}`, '*')) {
      throw invalid(`The provided execution role does not have permissions to call ${action} on EC2`);
    }
  }
}

function checkRevision(version: FunctionVersion, revisionId: string | undefined): void {
  if (revisionId === undefined || revisionId === version.revisionId) return;
  throw new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
  );
}

function checkUnused(
  aliases: ReadonlyMap<string, { FunctionVersion?: string | undefined }>,
  qualifier: string,
  version: FunctionVersion,
): void {
  if (qualifier === '$LATEST')
    throw invalid('$LATEST version cannot be deleted without deleting the function.');
  if (aliases.has(qualifier)) throw invalid('Version number must be numeric or $LATEST.');
  for (const [name, alias] of aliases) {
    if (alias.FunctionVersion !== version.version) continue;
    throw new AwsError(
      'ResourceConflictException',
      `Version ${version.version} is referenced by alias ${name} and cannot be deleted.`,
    );
  }
}
