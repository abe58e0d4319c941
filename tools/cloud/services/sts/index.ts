import { inflateRawSync } from 'node:zlib';
import type { AssumeRoleCommandInput, STS } from '@aws-sdk/client-sts';
import type { AccessKeys, Credentials, Kernel, Operations, Principal, Service } from '../../kernel/index.ts';
import { AwsError, globalArn, validationError } from '../../kernel/index.ts';
import { parsePolicy } from '../../iam/policy.ts';
import { standing } from './standing.ts';

/** How long credentials last unless the caller says otherwise, in seconds: a role's, a user's, the root user's. */
const ROLE_SECONDS = 3600;
const USER_SECONDS = 43_200;
const ROOT_SECONDS = 3600;

export interface StsPorts {
  readonly credentials: Credentials;
  readonly iam: {
    role(name: string): { readonly id: string; readonly maxSessionDuration: number } | undefined;
    user(name: string): { readonly id: string; readonly arn: string } | undefined;
    /** @throws AwsError NoSuchEntity */
    policyDocument(arn: string): string;
  };
}

/** AWS Security Token Service. Whether a role may be assumed, its trust has said before it comes to this. */
export function createSts(kernel: Kernel, on: StsPorts): Service {
  const operations = {
    GetCallerIdentity: (_input, { principal }) => identityOf(kernel, on, principal),
    AssumeRole: (input, { principal }) => assumeRole(kernel, on, principal, input),
    GetSessionToken: ({ DurationSeconds }, { principal }) => {
      if (principal.kind === 'role') {
        const message = 'Cannot call GetSessionToken with session credentials';
        throw new AwsError('AccessDenied', message, { status: 403 });
      }
      const seconds = DurationSeconds ?? (principal.kind === 'user' ? USER_SECONDS : ROOT_SECONDS);
      return { Credentials: temporary(kernel, on, principal, seconds) };
    },
    GetAccessKeyInfo: () => ({ Account: kernel.account.id }),
    DecodeAuthorizationMessage: ({ EncodedMessage = '' }) => ({ DecodedMessage: decoded(EncodedMessage) }),
  } satisfies Operations<STS>;
  return { client: '@aws-sdk/client-sts', standing, operations };
}

function assumeRole(kernel: Kernel, on: StsPorts, from: Principal, input: AssumeRoleCommandInput) {
  const { RoleArn = '', RoleSessionName: session = '', DurationSeconds = ROLE_SECONDS } = input;
  const roleName = RoleArn.slice(RoleArn.lastIndexOf('/') + 1);
  checkDuration(DurationSeconds, from, on.iam.role(roleName)?.maxSessionDuration);
  const sessionPolicies = sessionPoliciesOf(on, input);
  const principal: Principal = {
    kind: 'role',
    roleName,
    session,
    ...(sessionPolicies.length > 0 && { sessionPolicies }),
  };
  const { Arn, UserId } = identityOf(kernel, on, principal);
  return {
    Credentials: temporary(kernel, on, principal, DurationSeconds),
    AssumedRoleUser: { Arn, AssumedRoleId: UserId },
  };
}

function checkDuration(seconds: number, from: Principal, most = ROLE_SECONDS): void {
  if (seconds > most) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  if (from.kind === 'role' && seconds > ROLE_SECONDS) {
    const limit = 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by';
    throw validationError(`${limit} role chaining`);
  }
}

/** @throws AwsError MalformedPolicyDocument, NoSuchEntity */
function sessionPoliciesOf(on: StsPorts, { Policy, PolicyArns = [] }: AssumeRoleCommandInput): string[] {
  const managed = PolicyArns.map(({ arn = '' }) => on.iam.policyDocument(arn));
  const documents = Policy === undefined ? managed : [Policy, ...managed];
  for (const document of documents) parsePolicy(document, 'identity');
  return documents;
}

function temporary(kernel: Kernel, on: StsPorts, principal: Principal, seconds: number) {
  const expiresAt = kernel.clock.now() + seconds * 1000;
  const keys: AccessKeys = on.credentials.issue(principal, expiresAt);
  return {
    AccessKeyId: keys.accessKeyId,
    SecretAccessKey: keys.secretAccessKey,
    SessionToken: keys.sessionToken,
    Expiration: new Date(expiresAt),
  };
}

/** What EC2 has encoded into a refusal. @throws AwsError InvalidAuthorizationMessageException */
function decoded(message: string): string {
  try {
    return inflateRawSync(Buffer.from(message, 'base64url')).toString();
  } catch {
    throw new AwsError('InvalidAuthorizationMessageException', 'Message is not valid');
  }
}

function identityOf({ account }: Kernel, { iam }: StsPorts, principal: Principal) {
  switch (principal.kind) {
    case 'role': {
      const { roleName, session } = principal;
      const Arn = globalArn(account, 'sts', `assumed-role/${roleName}/${session}`);
      return { Account: account.id, UserId: `${iam.role(roleName)?.id ?? roleName}:${session}`, Arn };
    }
    case 'user': {
      const user = iam.user(principal.userName);
      return { Account: account.id, UserId: user?.id, Arn: user?.arn };
    }
    case 'account':
      return { Account: account.id, UserId: account.id, Arn: globalArn(account, 'iam', 'root') };
    case 'service':
      return { Account: account.id, UserId: principal.service, Arn: principal.sourceArn };
    case 'anonymous':
      return {};
  }
}
