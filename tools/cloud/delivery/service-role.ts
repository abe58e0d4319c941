import { parsePolicy } from '../iam/policy.ts';
import { AwsError } from '../kernel/index.ts';
import type { AssumeRole } from './courier.ts';

/** The trust policy of a role, by the role's name; undefined where there is no such role. */
export type TrustOf = (roleName: string) => string | undefined;

/** Lets services act as roles that exist and whose trust policy names them. */
export function serviceRoles(trustOf: TrustOf): AssumeRole {
  return (roleArn, service, sourceArn) => {
    const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const trust = trustOf(roleName);
    if (trust === undefined || !trusts(trust, service)) {
      throw new AwsError('AccessDeniedException', `${service} is not authorized to assume role ${roleArn}`, {
        status: 403,
      });
    }
    const session = sourceArn.replace(/^.*[:/]/, '').slice(0, 64);
    return { kind: 'role', roleName, session };
  };
}

function trusts(trust: string, service: string): boolean {
  const naming = parsePolicy(trust, 'trust').statements.filter(
    ({ principals, actions }) =>
      principals !== undefined &&
      principals !== '*' &&
      (principals.Service ?? []).includes(service) &&
      (actions ?? []).some((action) => ['sts:AssumeRole', 'sts:*', '*'].includes(action)),
  );
  return naming.length > 0 && naming.every(({ effect }) => effect === 'Allow');
}
