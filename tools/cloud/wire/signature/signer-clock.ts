import type { Instant } from '../../kernel/index.ts';

/** The clocks that whoever signs may have read: functions see the cloud's time, everyone else the machine's. */
export interface Clocks {
  readonly cloud: Instant;
  readonly machine: Instant;
}

/** What the clock shows that the signer must have read: of the two, the one nearer to its signature. */
export function signersNow({ cloud, machine }: Clocks, signedAt: Instant): Instant {
  return Math.abs(cloud - signedAt) <= Math.abs(machine - signedAt) ? cloud : machine;
}
