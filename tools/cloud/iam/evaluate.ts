import type { Context } from './conditions.ts';
import { hold, substitute } from './conditions.ts';
import type { Policy, Statement } from './policy.ts';
import { fits } from './wildcards.ts';

/** One question: may this action be done on this resource? */
export interface AccessRequest {
  /** `autoscaling:SetDesiredCapacity` */
  readonly action: string;
  /** An ARN, or `*` for actions that know no resources. */
  readonly resource: string;
  readonly context: Context;
}

export type Decision<Source extends Policy> =
  | { readonly outcome: 'allowed'; readonly policy: Source; readonly statement: Statement }
  | { readonly outcome: 'denied explicitly'; readonly policy: Source; readonly statement: Statement }
  | { readonly outcome: 'denied implicitly' };

/** An explicit deny wins over every allow; what nothing allows is denied. */
export function evaluate<Source extends Policy>(
  policies: readonly Source[],
  request: AccessRequest,
): Decision<Source> {
  let decision: Decision<Source> = { outcome: 'denied implicitly' };
  for (const policy of policies) {
    for (const statement of policy.statements) {
      if (!applies(statement, request)) continue;
      if (statement.effect === 'Deny') return { outcome: 'denied explicitly', policy, statement };
      if (decision.outcome === 'denied implicitly') decision = { outcome: 'allowed', policy, statement };
    }
  }
  return decision;
}

/** Whether a statement speaks of the request; its principals are for the caller to look at. */
export function applies(statement: Statement, { action, resource, context }: AccessRequest): boolean {
  return (
    namesAction(statement, action) &&
    namesResource(statement, resource, context) &&
    hold(statement.conditions, context)
  );
}

function namesAction({ actions, notActions }: Statement, action: string): boolean {
  const isNamed = (patterns: readonly string[]) => patterns.some((pattern) => fits(pattern, action, true));
  return actions === undefined ? !isNamed(notActions ?? []) : isNamed(actions);
}

function namesResource({ resources, notResources }: Statement, resource: string, context: Context): boolean {
  const isNamed = (patterns: readonly string[]) =>
    patterns.some((pattern) => fits(substitute(pattern, context), resource));
  if (resources !== undefined) return isNamed(resources);
  return notResources === undefined || !isNamed(notResources);
}
