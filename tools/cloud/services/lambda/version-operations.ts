import type { AliasConfiguration, Lambda } from '@aws-sdk/client-lambda';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError, page } from '../../kernel/index.ts';
import type { Functions, LambdaFunction } from './functions.ts';
import { configuration, defined, invalid } from './settings.ts';

/** Published versions, and the aliases that point at them. */
export function versionOperations(kernel: Kernel, functions: Functions) {
  return { ...publishing(functions), ...aliases(kernel, functions) };
}

function publishing(functions: Functions) {
  return {
    PublishVersion: (input) => {
      const fn = functions.get(input.FunctionName);
      if (input.CodeSha256 !== undefined && input.CodeSha256 !== fn.latest.code.sha256) {
        throw invalid(`CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST.`);
      }
      return configuration(functions.publish(fn, input.Description));
    },

    ListVersionsByFunction: (input) => {
      const fn = functions.get(input.FunctionName);
      const all = [fn.latest, ...fn.published.values()].map(configuration);
      const { items, nextToken } = page(
        all,
        input.Marker,
        input.MaxItems ?? 50,
        'InvalidParameterValueException',
      );
      return { Versions: items, ...(nextToken !== undefined && { NextMarker: nextToken }) };
    },
  } satisfies Operations<Lambda>;
}

function aliases(kernel: Kernel, functions: Functions) {
  return {
    CreateAlias: (input) => {
      const fn = functions.get(input.FunctionName);
      const name = input.Name ?? '';
      if (fn.aliases.has(name)) {
        throw new AwsError(
          'ResourceConflictException',
          `Alias already exists: ${functions.arnOf(fn.name, name)}`,
        );
      }
      const alias: AliasConfiguration = {
        AliasArn: functions.arnOf(fn.name, name),
        Name: name,
        FunctionVersion: existingVersion(functions, fn, input.FunctionVersion),
        Description: input.Description ?? '',
        RevisionId: kernel.ids.uuid(),
      };
      checkWeights(input.RoutingConfig);
      fn.aliases.set(name, alias);
      return alias;
    },

    UpdateAlias: (input) => {
      const fn = functions.get(input.FunctionName);
      const before = aliasOf(functions, fn, input.Name);
      if (input.FunctionVersion !== undefined) existingVersion(functions, fn, input.FunctionVersion);
      checkWeights(input.RoutingConfig);
      const changes = { FunctionVersion: input.FunctionVersion, Description: input.Description };
      const alias = { ...before, ...defined(changes), RevisionId: kernel.ids.uuid() };
      fn.aliases.set(input.Name ?? '', alias);
      return alias;
    },

    GetAlias: (input) => aliasOf(functions, functions.get(input.FunctionName), input.Name),

    DeleteAlias: (input) => {
      functions.get(input.FunctionName).aliases.delete(input.Name ?? '');
      return {};
    },

    ListAliases: (input) => {
      const fn = functions.get(input.FunctionName);
      const all = [...fn.aliases.values()].filter(
        (alias) => input.FunctionVersion === undefined || alias.FunctionVersion === input.FunctionVersion,
      );
      const { items, nextToken } = page(
        all,
        input.Marker,
        input.MaxItems ?? 50,
        'InvalidParameterValueException',
      );
      return { Aliases: items, ...(nextToken !== undefined && { NextMarker: nextToken }) };
    },
  } satisfies Operations<Lambda>;
}

function aliasOf(functions: Functions, fn: LambdaFunction, name: string | undefined): AliasConfiguration {
  const alias = fn.aliases.get(name ?? '');
  if (alias !== undefined) return alias;
  throw new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${functions.arnOf(fn.name, name)}`);
}

function existingVersion(functions: Functions, fn: LambdaFunction, version: string | undefined): string {
  if (version === '$LATEST' || fn.published.has(version ?? '')) return version ?? '';
  throw new AwsError('ResourceNotFoundException', `Function not found: ${functions.arnOf(fn.name, version)}`);
}

function checkWeights(routing: { AdditionalVersionWeights?: object | undefined } | undefined): void {
  if (Object.keys(routing?.AdditionalVersionWeights ?? {}).length > 0) {
    throw invalid('Aliases that split traffic between versions are not run by the local cloud.');
  }
}
