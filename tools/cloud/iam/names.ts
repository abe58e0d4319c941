import type { Account, Principal } from '../kernel/index.ts';
import { globalArn } from '../kernel/index.ts';
import type { Statement } from './policy.ts';
import { fits } from './wildcards.ts';

/** What policies of resources can call a caller by. */
export interface CallerNames {
  /** The account: its id, and its root user's ARN. */
  readonly account: readonly string[];
  /** The role whose session it is. */
  readonly role: readonly string[];
  /** The caller itself: the user, the role's session, the root user. */
  readonly self: readonly string[];
}

/**
 * How closely a statement names a caller. It decides what else has a say: what is granted to a role is narrowed by its
 * boundary and by session policies, what is granted to the account is for its own policies to hand on (IAM User Guide,
 * "Policy evaluation for requests within a single account").
 */
export type Closeness = 'self' | 'role' | 'account';

export function namesOf(principal: Principal, account: Account, arn: string): CallerNames {
  const accountNames = [account.id, globalArn(account, 'iam', 'root')];
  switch (principal.kind) {
    case 'role': {
      const session = globalArn(account, 'sts', `assumed-role/${principal.roleName}/${principal.session}`);
      return { account: accountNames, role: [arn], self: [session] };
    }
    case 'user':
      return { account: accountNames, role: [], self: [arn] };
    case 'account':
      return { account: accountNames, role: [], self: accountNames };
    case 'service':
    case 'anonymous':
      return { account: [], role: [], self: [] };
  }
}

/** How closely a statement of a resource's policy names a caller, undefined where it does not. */
export function closenessOf(
  { principals, notPrincipals }: Statement,
  caller: CallerNames,
): Closeness | undefined {
  if (notPrincipals !== undefined) return isExempt(notPrincipals, caller) ? undefined : 'self';
  if (principals === '*') return 'self';
  const named = principals?.['AWS'] ?? [];
  if (named.includes('*') || includesOne(named, caller.self)) return 'self';
  if (includesOne(named, caller.role)) return 'role';
  return includesOne(named, caller.account) ? 'account' : undefined;
}

/** Whether `NotPrincipal` leaves a caller out: it must name the account and the role as well as the caller itself. */
function isExempt(notPrincipals: NonNullable<Statement['notPrincipals']>, caller: CallerNames): boolean {
  if (notPrincipals === '*') return true;
  const named = notPrincipals['AWS'] ?? [];
  const isNamed = (names: readonly string[]) => names.length === 0 || includesOne(named, names);
  return caller.self.length > 0 && isNamed(caller.self) && isNamed(caller.role) && isNamed(caller.account);
}

function includesOne(named: readonly string[], names: readonly string[]): boolean {
  return names.some((name) => named.includes(name));
}

/** Whether a statement of a resource's policy names an AWS service. */
export function namesService({ principals, notPrincipals }: Statement, service: string): boolean {
  if (notPrincipals !== undefined) return notPrincipals !== '*' && !listsService(notPrincipals, service);
  return principals === '*' || (principals !== undefined && listsService(principals, service));
}

function listsService(principals: Readonly<Record<string, readonly string[]>>, service: string): boolean {
  const services = principals['Service'] ?? [];
  const others = principals['AWS'] ?? [];
  // A service also acts as the role that is linked to it.
  const isLinkedRole = others.some((arn) => arn.includes(`:role/aws-service-role/${service}/`));
  return services.some((pattern) => fits(pattern, service)) || others.includes('*') || isLinkedRole;
}
