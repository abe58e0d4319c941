import type { STS } from '@aws-sdk/client-sts';
import type { Call, Credentials, Kernel, Operations, Principal, Service } from '../../kernel/index.ts';
import { globalArn } from '../../kernel/index.ts';

/** How long credentials of AssumeRole last unless the caller says otherwise, in seconds. */
const DEFAULT_SECONDS = 3600;

/** AWS Security Token Service. */
export function createSts(kernel: Kernel, on: { credentials: Credentials }): Service {
  const operations = {
    GetCallerIdentity: (_input, { principal }) => identityOf(kernel, principal),
    AssumeRole: ({ RoleArn = '', RoleSessionName = '', DurationSeconds = DEFAULT_SECONDS }) => {
      const roleName = RoleArn.slice(RoleArn.lastIndexOf('/') + 1);
      const principal: Principal = { kind: 'role', roleName, session: RoleSessionName };
      const { accessKeyId, secretAccessKey, sessionToken } = on.credentials.issue(principal);
      const Expiration = new Date(kernel.clock.now() + DurationSeconds * 1000);
      const { Arn, UserId } = identityOf(kernel, principal);
      return {
        Credentials: {
          AccessKeyId: accessKeyId,
          SecretAccessKey: secretAccessKey,
          SessionToken: sessionToken,
          Expiration,
        },
        AssumedRoleUser: { Arn, AssumedRoleId: UserId },
      };
    },
  } satisfies Operations<STS>;
  return { client: '@aws-sdk/client-sts', operations };
}

function identityOf({ account }: Kernel, principal: Call['principal']) {
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
