import type { Principal } from '../kernel/index.ts';
import type { OwnPolicies } from './own-policies.ts';
import type { Statement } from './policy.ts';
import { parsePolicy } from './policy.ts';
import { fits } from './wildcards.ts';

/** A request that was refused, and how often. */
export interface DeniedRequest {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** In AWS's words: `because no identity-based policy allows the sqs:SendMessage action`. */
  readonly because: string;
  readonly times: number;
}

/** An action that a role is allowed and has not used. */
export interface UnusedGrant {
  readonly role: string;
  /** The statement's Sid, or its place in its policy, from 0. */
  readonly statement: string | number;
  /** As the policy writes it, wildcards and all. */
  readonly action: string;
}

export interface IamReport {
  readonly denied: readonly DeniedRequest[];
  readonly unusedGrants: readonly UnusedGrant[];
}

/** Remembers what policies were needed for. */
export class Grants {
  /** By role, policy, statement and action pattern. */
  readonly #used = new Set<string>();
  readonly #denied = new Map<string, DeniedRequest>();

  use(role: string, policy: string, statement: Statement, action: string): void {
    for (const pattern of statement.actions ?? []) {
      if (fits(pattern, action, true)) this.#used.add(keyOf(role, policy, statement, pattern));
    }
  }

  deny(request: Omit<DeniedRequest, 'times'>): void {
    const { principal, action, resource } = request;
    const key = `${nameOf(principal)} ${action} ${resource}`;
    const times = (this.#denied.get(key)?.times ?? 0) + 1;
    this.#denied.set(key, { ...request, times });
  }

  denied(): DeniedRequest[] {
    return [...this.#denied.values()];
  }

  /** AWS's own policies are left out: their grants are not the deployment's to trim. */
  unused(role: string, { identity }: OwnPolicies): UnusedGrant[] {
    return identity
      .filter(({ isAwsOwned }) => !isAwsOwned)
      .flatMap(({ name, document }) =>
        parsePolicy(document, 'identity').statements.flatMap((statement) =>
          this.#unusedOf(role, name, statement),
        ),
      );
  }

  #unusedOf(role: string, policy: string, statement: Statement): UnusedGrant[] {
    if (statement.effect === 'Deny') return [];
    return (statement.actions ?? [])
      .filter((action) => !this.#used.has(keyOf(role, policy, statement, action)))
      .map((action) => ({ role, statement: statement.sid ?? statement.index, action }));
  }
}

/** What reports call a principal: a role's or user's name, a service's, `account`. */
export function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case 'role':
      return principal.roleName;
    case 'user':
      return principal.userName;
    case 'service':
      return principal.service;
    case 'account':
    case 'anonymous':
      return principal.kind;
  }
}

function keyOf(role: string, policy: string, { index }: Statement, action: string): string {
  return [role, policy, index, action].join('\n');
}
