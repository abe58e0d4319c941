import { nameOf } from '../../../cloud/iam/grants.ts';
import { Checks, type Invariant } from './invariant.ts';

/** Every call of the control plane is one that its role allows. */
export function nothingDenied(): Invariant {
  const checks = new Checks();
  return {
    see(entry) {
      if (entry.kind === 'api-call' && entry.principal.kind === 'role') checks.expect(true, () => '');
      // What services are refused is a matter of the wires.
      if (entry.kind !== 'access-denied' || entry.principal.kind === 'service') return;
      const who = nameOf(entry.principal);
      checks.expect(false, () => `${who}: ${entry.action} on ${entry.resource}`);
    },
    verdict: () => checks.verdict('nothing-denied'),
  };
}
