import type { WiringReport } from '../../../cloud/wiring/index.ts';
import { deliveryInWords, RefusalLog, wireInWords } from '../refusals.ts';
import { Checks, type Invariant } from './invariant.ts';

/**
 * Every message gets by the policies on its way. What was sent has shown it; of what was not, as to most dead-letter
 * queues, the policies are asked.
 */
export function wiresAdmitted(wiring: () => WiringReport): Invariant {
  const refusals = new RefusalLog();
  let deliveries = 0;
  return {
    see(entry) {
      if (entry.kind === 'delivery') deliveries++;
      refusals.see(entry);
    },
    verdict() {
      const checks = new Checks();
      const { wires, refused } = wiring();
      const found = refusals.all();
      for (let i = found.length; i < deliveries + wires - refused.length; i++) checks.expect(true, () => '');
      for (const wire of refused) checks.expect(false, () => wireInWords(wire));
      for (const delivery of found) checks.expect(false, () => deliveryInWords(delivery));
      return checks.verdict('wires-admitted');
    },
  };
}
