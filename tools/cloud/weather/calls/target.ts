import type { Call } from '../../kernel/service.ts';
import { matches } from '../patterns.ts';
import type { CallTarget } from '../plan/call-kinds.ts';

/** Whether an entry means a call. */
export function isMeant(target: CallTarget, call: Call, input: unknown): boolean {
  const { service, operation, role, caller, resource } = target;
  const { principal } = call;
  if (service !== undefined && !service.includes(call.service)) return false;
  if (caller !== undefined && caller !== principal.kind) return false;
  if (role !== undefined && !(principal.kind === 'role' && matches(role, principal.roleName))) return false;
  return matches(operation, call.operation) && (resource === undefined || names(input, resource));
}

/** Whether any text in a call's input fits, however deep it lies. */
function names(value: unknown, patterns: readonly string[]): boolean {
  if (typeof value === 'string') return matches(patterns, value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((inner) => names(inner, patterns));
}

/** What tells one call from another at the same instant. */
export function describeCall({ service, operation, principal }: Call, input: unknown): string {
  const who = principal.kind === 'role' ? principal.roleName : principal.kind;
  return `${who} ${service}:${operation} ${JSON.stringify(input)}`;
}
