import type { Tag } from '@aws-sdk/client-cloudformation';
import type { GetRandomPasswordRequest, RotationRulesType } from '@aws-sdk/client-secrets-manager';
import { isSame } from '../engine/replacement.ts';
import { TemplateError } from '../template/errors.ts';
import type { Made, ProviderContext } from './provider.ts';
import { attributeText, deleted, mergedTags, provider } from './provider.ts';
import { retagSecret } from './tagging.ts';

interface Generated extends GetRandomPasswordRequest {
  /** JSON, into which the password goes as `GenerateStringKey`. */
  readonly SecretStringTemplate?: string;
  readonly GenerateStringKey?: string;
}

interface Secret {
  readonly Name?: string;
  readonly Description?: string;
  readonly KmsKeyId?: string;
  readonly SecretString?: string;
  readonly GenerateSecretString?: Generated;
  readonly Tags?: Tag[];
}

export const secret = provider<Secret>({
  properties: ['Name', 'Description', 'KmsKeyId', 'SecretString', 'GenerateSecretString', 'Tags'],
  retag: retagSecret,
  async create(wanted, context) {
    const { ARN: id = '' } = await context.api.secretsManager.CreateSecret({
      Name: wanted.Name ?? context.physicalName(256),
      Description: wanted.Description,
      KmsKeyId: wanted.KmsKeyId,
      SecretString: await valueOf(wanted, context),
      Tags: mergedTags(wanted.Tags, context),
    });
    return made(id);
  },
  async update(id, wanted, before, context) {
    // What is generated stays, as long as it is generated in the same way: a rotation may have changed it since.
    const isNew =
      wanted.SecretString !== before.SecretString ||
      !isSame(wanted.GenerateSecretString, before.GenerateSecretString);
    const SecretString = isNew ? await valueOf(wanted, context) : undefined;
    const { Description = '', KmsKeyId } = wanted;
    await context.api.secretsManager.UpdateSecret({ SecretId: id, Description, KmsKeyId, SecretString });
    return made(id);
  },
  async delete(id, _wanted, { api }) {
    await deleted(api.secretsManager.DeleteSecret({ SecretId: id, ForceDeleteWithoutRecovery: true }));
  },
});

/** @throws TemplateError for a template into which no password can go */
async function valueOf(
  { SecretString: text, GenerateSecretString: generated }: Secret,
  { api }: ProviderContext,
): Promise<string | undefined> {
  if (text !== undefined && generated !== undefined) {
    throw new TemplateError('You can specify either GenerateSecretString or SecretString, not both');
  }
  if (generated === undefined) return text;
  const { SecretStringTemplate: template, GenerateStringKey: key, ...how } = generated;
  const { RandomPassword: password = '' } = await api.secretsManager.GetRandomPassword(how);
  if (template === undefined && key === undefined) return password;
  if (template === undefined || key === undefined) {
    throw new TemplateError('SecretStringTemplate and GenerateStringKey must be specified together');
  }
  return JSON.stringify({ ...membersOf(template), [key]: password });
}

function membersOf(template: string): object {
  try {
    return JSON.parse(template) as object;
  } catch {
    throw new TemplateError('SecretStringTemplate must be valid JSON');
  }
}

function made(id: string): Made {
  return { id, attributes: { Id: id, Arn: id } };
}

interface Rotation {
  readonly SecretId: string;
  readonly RotationLambdaARN?: string;
  readonly RotationRules?: RotationRulesType;
  readonly RotateImmediatelyOnUpdate?: boolean;
}

export const rotationSchedule = provider<Rotation>({
  properties: ['SecretId', 'RotationLambdaARN', 'RotationRules', 'RotateImmediatelyOnUpdate'],
  create: (wanted, context) => rotate(wanted, context),
  update: (_id, wanted, _before, context) => rotate(wanted, context),
  async delete(_id, { SecretId }, { api }) {
    await deleted(api.secretsManager.CancelRotateSecret({ SecretId }));
  },
});

async function rotate(wanted: Rotation, { api }: ProviderContext): Promise<Made> {
  const { ARN: id = '' } = await api.secretsManager.RotateSecret({
    SecretId: wanted.SecretId,
    RotationLambdaARN: wanted.RotationLambdaARN,
    RotationRules: wanted.RotationRules,
    RotateImmediately: wanted.RotateImmediatelyOnUpdate ?? true,
  });
  return { id, attributes: { Id: id } };
}

interface SecretPolicy {
  readonly SecretId: string;
  readonly ResourcePolicy: unknown;
  readonly BlockPublicPolicy?: boolean;
}

export const secretPolicy = provider<SecretPolicy>({
  properties: ['SecretId', 'ResourcePolicy', 'BlockPublicPolicy'],
  create: (wanted, context) => putPolicy(wanted, context),
  update: (_id, wanted, _before, context) => putPolicy(wanted, context),
  async delete(_id, { SecretId }, { api }) {
    await deleted(api.secretsManager.DeleteResourcePolicy({ SecretId }));
  },
});

async function putPolicy(wanted: SecretPolicy, { api }: ProviderContext): Promise<Made> {
  const { ARN: id = '' } = await api.secretsManager.PutResourcePolicy({
    SecretId: wanted.SecretId,
    ResourcePolicy: attributeText(wanted.ResourcePolicy),
    BlockPublicPolicy: wanted.BlockPublicPolicy,
  });
  return { id, ref: wanted.SecretId, attributes: { Id: id } };
}

interface Attachment {
  readonly SecretId: string;
  readonly TargetId: string;
  readonly TargetType: string;
}

/** What an attachment adds to the secret of a database, so that a rotation function finds it. */
const CONNECTION = ['engine', 'host', 'port', 'dbname', 'dbInstanceIdentifier'] as const;

export const secretTargetAttachment = provider<Attachment>({
  properties: ['SecretId', 'TargetId', 'TargetType'],
  create: (wanted, context) => attach(wanted, context),
  update: (_id, wanted, _before, context) => attach(wanted, context),
  async delete(id, _wanted, context) {
    await deleted(
      changeValue(id, context, (value) =>
        Object.fromEntries(Object.entries(value).filter(([key]) => !CONNECTION.some((one) => one === key))),
      ),
    );
  },
});

async function attach(wanted: Attachment, context: ProviderContext): Promise<Made> {
  if (wanted.TargetType !== 'AWS::RDS::DBInstance') {
    throw new TemplateError(`TargetType ${wanted.TargetType} is not part of this local cloud`);
  }
  const { DBInstances: [database] = [] } = await context.api.rds.DescribeDBInstances({
    DBInstanceIdentifier: wanted.TargetId,
  });
  const connection = {
    engine: database?.Engine,
    host: database?.Endpoint?.Address,
    port: database?.Endpoint?.Port,
    dbname: database?.DBName,
    dbInstanceIdentifier: database?.DBInstanceIdentifier,
  };
  const id = await changeValue(wanted.SecretId, context, (value) => ({ ...value, ...connection }));
  return { id, ref: wanted.SecretId, attributes: { Id: id } };
}

/** @returns the secret's ARN */
async function changeValue(
  SecretId: string,
  { api: { secretsManager } }: ProviderContext,
  change: (value: object) => object,
): Promise<string> {
  const { SecretString = '{}', ARN: arn = '' } = await secretsManager.GetSecretValue({ SecretId });
  await secretsManager.PutSecretValue({
    SecretId,
    SecretString: JSON.stringify(change(membersOf(SecretString))),
  });
  return arn;
}
