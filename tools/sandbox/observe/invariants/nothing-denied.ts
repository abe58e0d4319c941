import { Checks, type Invariant } from './invariant.ts';

/** Every call of the control plane is one that its role allows. */
export function nothingDenied(): Invariant {
  const checks = new Checks();
  return {
    see(entry) {
      if (entry.kind === 'api-call' && entry.principal.kind === 'role') checks.expect(true, () => '');
      if (entry.kind !== 'access-denied') return;
      const who = entry.principal.kind === 'role' ? entry.principal.roleName : entry.principal.kind;
      checks.expect(false, () => `${who}: ${entry.action} on ${entry.resource}`);
    },
    verdict: () => checks.verdict('nothing-denied'),
  };
}
