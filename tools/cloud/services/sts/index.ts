import type { AssumeRoleCommandInput, STS } from '@aws-sdk/client-sts';
import type { Credentials, Kernel, Operations, Principal, Service } from '../../kernel/index.ts';
import { globalArn } from '../../kernel/index.ts';

/** How long credentials of AssumeRole last unless the caller says otherwise, in seconds. */
const DEFAULT_SECONDS = 3600;

export interface StsPorts {
  readonly credentials: Credentials;
  /** Lets a caller be a role. @throws AwsError AccessDenied when the role is not there, or not for the caller */
  readonly assumeRoleAs: (from: Principal, roleArn: string, session: string) => Principal;
}

/** AWS Security Token Service. */
export function createSts(kernel: Kernel, on: StsPorts): Service {
  const operations = {
    GetCallerIdentity: (_input, { principal }) => identityOf(kernel, principal),
    AssumeRole: (input, { principal }) => assumeRole(kernel, on, principal, input),
  } satisfies Operations<STS>;
  return { client: '@aws-sdk/client-sts', operations };
}

function assumeRole(kernel: Kernel, on: StsPorts, from: Principal, input: AssumeRoleCommandInput) {
  const { RoleArn = '', RoleSessionName = '', DurationSeconds = DEFAULT_SECONDS } = input;
  const principal = on.assumeRoleAs(from, RoleArn, RoleSessionName);
  const { accessKeyId, secretAccessKey, sessionToken } = on.credentials.issue(principal);
  const { Arn, UserId } = identityOf(kernel, principal);
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: new Date(kernel.clock.now() + DurationSeconds * 1000),
    },
    AssumedRoleUser: { Arn, AssumedRoleId: UserId },
  };
}

function identityOf({ account }: Kernel, principal: Principal) {
  switch (principal.kind) {
    case 'role': {
      const { roleName, session } = principal;
      const Arn = `arn:aws:sts::${account.id}:assumed-role/${roleName}/${session}`;
      return { Account: account.id, UserId: `${roleName}:${session}`, Arn };
    }
    case 'account':
      return { Account: account.id, UserId: account.id, Arn: globalArn(account, 'iam', 'root') };
    case 'service':
      return { Account: account.id, UserId: principal.service, Arn: principal.sourceArn };
  }
}
