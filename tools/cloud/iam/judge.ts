import type { AccessRequest } from './evaluate.ts';
import { applies, evaluate } from './evaluate.ts';
import type { CallerNames, Closeness } from './names.ts';
import { closenessOf } from './names.ts';
import type { Policy, Statement } from './policy.ts';

/** All that has a say in a request. */
export interface Policies<Identity extends Policy> {
  /** Of the caller; `everything` for the account's root user, whom only the policies of resources can refuse. */
  readonly identity: readonly Identity[] | 'everything';
  readonly boundary: Policy | undefined;
  /** Of the caller's session; a session without any is not narrowed. */
  readonly session: readonly Policy[];
  /** Of the resource. */
  readonly resource: Policy | undefined;
  /** Whether the caller's own policies are not enough without the resource's: a key's, the trust of a role. */
  readonly resourceDecides: boolean;
}

/** What AWS's messages call the kinds of policies. */
export type PolicyName =
  'identity-based policy' | 'resource-based policy' | 'permissions boundary' | 'session policy';

export type Verdict<Identity extends Policy> =
  | {
      readonly outcome: 'allowed';
      /** The caller's own statement that allows it; undefined where the resource's does. */
      readonly grant: { readonly policy: Identity; readonly statement: Statement } | undefined;
    }
  | { readonly outcome: 'denied'; readonly isExplicit: boolean; readonly by: PolicyName };

/**
 * Decides as IAM does within one account: a deny anywhere wins; then the resource's policy and the caller's own are
 * united; then the boundary and the session's policies narrow what they allow, unless the resource's policy names the
 * very session or user.
 */
export function judge<Identity extends Policy>(
  policies: Policies<Identity>,
  caller: CallerNames,
  request: AccessRequest,
): Verdict<Identity> {
  const { resource } = policies;
  const own = policies.identity === 'everything' ? 'everything' : evaluate(policies.identity, request);
  const boundary = policies.boundary && evaluate([policies.boundary], request).outcome;
  const session = policies.session.length > 0 ? evaluate(policies.session, request).outcome : undefined;
  const granted = resource === undefined ? undefined : resourceSays(resource, caller, request);

  if (own !== 'everything' && own.outcome === 'denied explicitly') return denied('identity-based policy');
  if (granted === 'denied') return denied('resource-based policy');
  if (boundary === 'denied explicitly') return denied('permissions boundary');
  if (session === 'denied explicitly') return denied('session policy');

  const isAllowedByOwn = own === 'everything' || own.outcome === 'allowed';
  const grant = own !== 'everything' && own.outcome === 'allowed' ? own : undefined;
  if (granted === 'self') return { outcome: 'allowed', grant };
  if (policies.resourceDecides && granted === undefined) return unallowed('resource-based policy');
  if (!isAllowedByOwn && granted !== 'role') return unallowed('identity-based policy');
  if (boundary === 'denied implicitly') return unallowed('permissions boundary');
  if (session === 'denied implicitly') return unallowed('session policy');
  return { outcome: 'allowed', grant };
}

function denied(by: PolicyName): Verdict<never> {
  return { outcome: 'denied', isExplicit: true, by };
}

function unallowed(by: PolicyName): Verdict<never> {
  return { outcome: 'denied', isExplicit: false, by };
}

const CLOSENESS: readonly Closeness[] = ['self', 'role', 'account'];

/** What a resource's policy says to a caller: `denied`, or how closely its allowing statements name it. */
function resourceSays(
  resource: Policy,
  caller: CallerNames,
  request: AccessRequest,
): Closeness | 'denied' | undefined {
  const found = new Set<Closeness>();
  for (const statement of resource.statements) {
    const closeness = closenessOf(statement, caller);
    if (closeness === undefined || !applies(statement, request)) continue;
    if (statement.effect === 'Deny') return 'denied';
    found.add(closeness);
  }
  return CLOSENESS.find((closeness) => found.has(closeness));
}
