import type {
  CreateFunctionCommandInput,
  PutFunctionEventInvokeConfigCommandInput,
} from '@aws-sdk/client-lambda';
import type { Tag } from '@aws-sdk/client-cloudformation';
import { isSame } from '../engine/replacement.ts';
import type { TemplateCode } from './lambda-code.ts';
import { functionCode } from './lambda-code.ts';
import type { Made, ProviderContext } from './provider.ts';
import { deleted, mergedTags, provider, tagMap } from './provider.ts';
import { retagLambda } from './tagging.ts';

type FunctionProperties = Omit<CreateFunctionCommandInput, 'Code' | 'Tags' | 'FunctionName' | 'KMSKeyArn'> & {
  readonly KmsKeyArn?: string;
  readonly FunctionName?: string;
  readonly Code: TemplateCode;
  readonly ReservedConcurrentExecutions?: number;
  readonly Tags?: Tag[];
};

export const lambdaFunction = provider<FunctionProperties>({
  properties: [
    'FunctionName',
    'Code',
    'ReservedConcurrentExecutions',
    'Tags',
    'Runtime',
    'Role',
    'Handler',
    'Description',
    'Timeout',
    'MemorySize',
    'VpcConfig',
    'DeadLetterConfig',
    'Environment',
    'KmsKeyArn',
    'TracingConfig',
    'Layers',
    'Architectures',
    'EphemeralStorage',
    'LoggingConfig',
    'DurableConfig',
    'PackageType',
  ],
  retag: retagLambda,
  async create(wanted, context) {
    const name = wanted.FunctionName ?? context.physicalName(64);
    const {
      Code: code,
      ReservedConcurrentExecutions: _reserved,
      Tags: tags,
      KmsKeyArn,
      ...settings
    } = wanted;
    await context.api.lambda.CreateFunction({
      ...settings,
      KMSKeyArn: KmsKeyArn,
      FunctionName: name,
      Code: functionCode(code, wanted.Runtime),
      Tags: tagMap(mergedTags(tags, context)),
    });
    context.announce(name);
    await reserveConcurrency(name, wanted, context);
    return settled(name, context);
  },
  async update(name, wanted, before, context) {
    const { lambda } = context.api;
    const { Code: code, ReservedConcurrentExecutions: reserved, Tags: _tags, ...settings } = wanted;
    const {
      Code: oldCode,
      ReservedConcurrentExecutions: oldReserved,
      Tags: _oldTags,
      ...oldSettings
    } = before;
    if (!isSame(code, oldCode)) {
      await lambda.UpdateFunctionCode({
        ...functionCode(code, wanted.Runtime),
        FunctionName: name,
        Architectures: wanted.Architectures,
      });
      await settled(name, context);
    }
    if (!isSame(settings, oldSettings)) {
      const { KmsKeyArn: KMSKeyArn = '', ...others } = settings;
      await lambda.UpdateFunctionConfiguration({ ...others, KMSKeyArn, FunctionName: name });
    }
    if (reserved !== oldReserved) await reserveConcurrency(name, wanted, context);
    return settled(name, context);
  },
  async delete(name, _wanted, { api }) {
    await deleted(api.lambda.DeleteFunction({ FunctionName: name }));
  },
});

async function reserveConcurrency(name: string, wanted: FunctionProperties, { api }: ProviderContext) {
  const { ReservedConcurrentExecutions: reserved } = wanted;
  if (reserved === undefined) await api.lambda.DeleteFunctionConcurrency({ FunctionName: name });
  else
    await api.lambda.PutFunctionConcurrency({ FunctionName: name, ReservedConcurrentExecutions: reserved });
}

/** Waits until the function is active and its last update done. */
async function settled(name: string, { api, waitUntil }: ProviderContext): Promise<Made> {
  let arn: string | undefined;
  await waitUntil(async () => {
    const configuration = await api.lambda.GetFunctionConfiguration({ FunctionName: name });
    arn = configuration.FunctionArn;
    const { State: state = 'Active', LastUpdateStatus: update = 'Successful' } = configuration;
    return state === 'Active' && update === 'Successful';
  });
  return { id: name, attributes: { Arn: arn } };
}

interface Version {
  readonly FunctionName: string;
  readonly CodeSha256?: string;
  readonly Description?: string;
}

export const lambdaVersion = provider<Version>({
  properties: ['FunctionName', 'CodeSha256', 'Description'],
  async create(wanted, { api }) {
    const version = await api.lambda.PublishVersion(wanted);
    const arn = version.FunctionArn ?? '';
    return { id: arn, attributes: { FunctionArn: arn, Version: version.Version } };
  },
  async delete(arn, _wanted, { api }) {
    const qualifier = arn.slice(arn.lastIndexOf(':') + 1);
    await deleted(api.lambda.DeleteFunction({ FunctionName: arn, Qualifier: qualifier }));
  },
});

interface Alias {
  readonly FunctionName: string;
  readonly FunctionVersion: string;
  readonly Name: string;
  readonly Description?: string;
  readonly RoutingConfig?: {
    readonly AdditionalVersionWeights?: { FunctionVersion: string; FunctionWeight: number }[];
  };
}

export const lambdaAlias = provider<Alias>({
  properties: ['FunctionName', 'FunctionVersion', 'Name', 'Description', 'RoutingConfig'],
  async create(wanted, { api }) {
    const alias = await api.lambda.CreateAlias(aliasInput(wanted));
    return { id: alias.AliasArn ?? '', attributes: { AliasArn: alias.AliasArn } };
  },
  async update(arn, wanted, _before, { api }) {
    await api.lambda.UpdateAlias(aliasInput(wanted));
    return { id: arn, attributes: { AliasArn: arn } };
  },
  async delete(_arn, { FunctionName, Name }, { api }) {
    await deleted(api.lambda.DeleteAlias({ FunctionName, Name }));
  },
});

function aliasInput({ RoutingConfig: routing, ...alias }: Alias) {
  const weights = routing?.AdditionalVersionWeights ?? [];
  if (weights.length === 0) return alias;
  return {
    ...alias,
    RoutingConfig: {
      AdditionalVersionWeights: Object.fromEntries(
        weights.map((weight) => [weight.FunctionVersion, weight.FunctionWeight]),
      ),
    },
  };
}

interface Permission {
  readonly Action: string;
  readonly FunctionName: string;
  readonly Principal: string;
  readonly SourceArn?: string;
  readonly SourceAccount?: string;
}

export const lambdaPermission = provider<Permission>({
  properties: ['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount'],
  async create(wanted, context) {
    const id = context.physicalName(100);
    await context.api.lambda.AddPermission({ ...wanted, StatementId: id });
    return { id, attributes: { Id: id } };
  },
  async delete(id, { FunctionName }, { api }) {
    await deleted(api.lambda.RemovePermission({ FunctionName, StatementId: id }));
  },
});

type EventInvokeConfig = PutFunctionEventInvokeConfigCommandInput & { readonly Qualifier: string };

export const eventInvokeConfig = provider<EventInvokeConfig>({
  properties: [
    'FunctionName',
    'Qualifier',
    'DestinationConfig',
    'MaximumEventAgeInSeconds',
    'MaximumRetryAttempts',
  ],
  async create(wanted, { api }) {
    await api.lambda.PutFunctionEventInvokeConfig(wanted);
    return { id: `${wanted.FunctionName ?? ''}|${wanted.Qualifier}` };
  },
  async update(id, wanted, _before, { api }) {
    await api.lambda.PutFunctionEventInvokeConfig(wanted);
    return { id };
  },
  async delete(_id, { FunctionName, Qualifier }, { api }) {
    await deleted(api.lambda.DeleteFunctionEventInvokeConfig({ FunctionName, Qualifier }));
  },
});
