import type { DeleteSecretCommandInput, Filter, SecretsManager } from '@aws-sdk/client-secrets-manager';
import { parsePolicy } from '../../iam/policy.ts';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError, page } from '../../kernel/index.ts';
import { described, stagesOf } from './describe.ts';
import { randomPassword } from './password.ts';
import type { Secret } from './secret.ts';
import { invalidParameter, invalidRequest } from './secret.ts';
import type { Secrets } from './secrets.ts';

const DAY = 86_400_000;
const DEFAULT_WINDOW_DAYS = 30;
const SHORTEST_WINDOW_DAYS = 7;

/** Secrets as a whole: what is told of them, their end, their tags and policies. */
export function secretOperations(secrets: Secrets, kernel: Kernel) {
  return {
    DescribeSecret: ({ SecretId }) => {
      const secret = secrets.get(SecretId);
      return { ...described(secret), VersionIdsToStages: stagesOf(secret) };
    },
    ListSecrets: (input) => {
      const found = secrets
        .all()
        .filter(({ deletion }) => deletion === undefined || input.IncludePlannedDeletion === true)
        .filter((secret) => passes(secret, input.Filters ?? []))
        .toSorted((a, b) => (input.SortOrder === 'asc' ? 1 : -1) * (a.createdAt - b.createdAt));
      const { items, nextToken } = listed(found, input);
      return {
        SecretList: items.map((secret) => ({
          ...described(secret),
          SecretVersionsToStages: stagesOf(secret),
        })),
        ...nextToken,
      };
    },
    DeleteSecret: (input) => {
      const secret = secrets.get(input.SecretId);
      const days = recoveryDays(input);
      checkUnowned(secret);
      if (days === 0) secrets.remove(secret);
      else if (secret.deletion === undefined) secrets.scheduleDeletion(secret, days * DAY);
      const at = kernel.clock.now() + days * DAY;
      return { ...identity(secret), DeletionDate: new Date(secret.deletion?.at ?? at) };
    },
    RestoreSecret: ({ SecretId }) => {
      const secret = secrets.get(SecretId);
      secret.deletion = undefined;
      return identity(secret);
    },
    GetRandomPassword: (input) => ({ RandomPassword: randomPassword(kernel.ids, input) }),
    TagResource: ({ SecretId, Tags = [] }) => {
      const secret = secrets.usable(SecretId);
      const kept = secret.tags.filter(({ Key }) => !Tags.some((tag) => tag.Key === Key));
      secret.tags = [...kept, ...Tags];
      return {};
    },
    UntagResource: ({ SecretId, TagKeys = [] }) => {
      const secret = secrets.usable(SecretId);
      secret.tags = secret.tags.filter(({ Key = '' }) => !TagKeys.includes(Key));
      return {};
    },
    ...policyOperations(secrets),
  } satisfies Operations<SecretsManager>;
}

function policyOperations(secrets: Secrets) {
  return {
    PutResourcePolicy: ({ SecretId, ResourcePolicy = '', BlockPublicPolicy }) => {
      const secret = secrets.usable(SecretId);
      if (isPublic(checkedPolicy(ResourcePolicy)) && BlockPublicPolicy === true) {
        throw new AwsError('PublicPolicyException', 'The resource policy allows broad access to the secret.');
      }
      secret.policy = ResourcePolicy;
      return identity(secret);
    },
    GetResourcePolicy: ({ SecretId }) => {
      const secret = secrets.get(SecretId);
      return {
        ...identity(secret),
        ...(secret.policy === undefined ? {} : { ResourcePolicy: secret.policy }),
      };
    },
    DeleteResourcePolicy: ({ SecretId }) => {
      const secret = secrets.usable(SecretId);
      secret.policy = undefined;
      return identity(secret);
    },
    ValidateResourcePolicy: ({ ResourcePolicy = '' }) => {
      const errors = isPublic(checkedPolicy(ResourcePolicy))
        ? [{ CheckName: 'PublicAccess', ErrorMessage: 'The policy allows broad access to the secret.' }]
        : [];
      return { PolicyValidationPassed: errors.length === 0, ValidationErrors: errors };
    },
  } satisfies Operations<SecretsManager>;
}

/** @throws AwsError MalformedPolicyDocumentException */
function checkedPolicy(document: string): ReturnType<typeof parsePolicy> {
  try {
    return parsePolicy(document, 'resource');
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('MalformedPolicyDocumentException', 'This resource policy contains a syntax error.');
  }
}

/** Whether a statement lets everyone in, without a condition that narrows it. */
function isPublic({ statements }: ReturnType<typeof parsePolicy>): boolean {
  return statements.some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' &&
      (principals === '*' || principals?.['AWS']?.includes('*') === true) &&
      conditions.length === 0,
  );
}

/** Days until a secret goes for good; 0 for at once. @throws AwsError InvalidParameterException */
function recoveryDays(input: DeleteSecretCommandInput): number {
  const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: isForced } = input;
  if (isForced === true && days !== undefined) {
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days !== undefined && (days < SHORTEST_WINDOW_DAYS || days > DEFAULT_WINDOW_DAYS)) {
    throw invalidParameter('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
  }
  return isForced === true ? 0 : (days ?? DEFAULT_WINDOW_DAYS);
}

/** What a service keeps for itself, only it may change. @throws AwsError InvalidRequestException */
export function checkUnowned({ owner, name }: Secret): void {
  if (owner === undefined) return;
  throw invalidRequest(`The secret ${name} is managed by ${owner.service}: use that service to change it.`);
}

export function identity({ arn, name }: Secret): { ARN: string; Name: string } {
  return { ARN: arn, Name: name };
}

/** A page of a listing, by its own names. */
export function listed<Item>(
  items: readonly Item[],
  { NextToken, MaxResults = 100 }: { NextToken?: string | undefined; MaxResults?: number | undefined },
): { items: Item[]; nextToken: { NextToken?: string } } {
  const found = page(items, NextToken, MaxResults, 'InvalidNextTokenException');
  return {
    items: found.items,
    nextToken: found.nextToken === undefined ? {} : { NextToken: found.nextToken },
  };
}

/** A filter's values are prefixes, ones that begin with `!` exclude. */
export function passes(secret: Secret, filters: readonly Filter[]): boolean {
  return filters.every(({ Key = 'all', Values = [] }) => {
    const texts = filtered(secret, Key);
    return Values.some((value) => {
      const isExclusion = value.startsWith('!');
      const prefix = isExclusion ? value.slice(1) : value;
      return texts.some((text) => startsWith(text, prefix, Key)) !== isExclusion;
    });
  });
}

/** Descriptions and names are compared in any case (API reference, Filter). */
function startsWith(text: string, prefix: string, key: string): boolean {
  return key === 'description' || key === 'all'
    ? text.toLowerCase().startsWith(prefix.toLowerCase())
    : text.startsWith(prefix);
}

function filtered(secret: Secret, key: string): string[] {
  const keys = secret.tags.map((tag) => tag.Key ?? '');
  const values = secret.tags.map((tag) => tag.Value ?? '');
  const texts: Readonly<Record<string, string[]>> = {
    name: [secret.name],
    description: (secret.description ?? '').split(/\s+/),
    'tag-key': keys,
    'tag-value': values,
    'owning-service': [secret.owner?.service ?? ''],
    'primary-region': [],
  };
  return texts[key] ?? Object.values(texts).flat();
}
