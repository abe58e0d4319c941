import type { Seconds } from './time.ts';

/** How a new instance proves that its application is ready. */
export type AdmissionProbe =
  | { readonly kind: 'none' }
  /** An HTTP request to the instance's private address is answered with 2xx. */
  | { readonly kind: 'http'; readonly path: string; readonly port: number }
  /** A shell command run by Systems Manager exits 0. */
  | { readonly kind: 'command'; readonly command: string };

export interface AdmissionPolicy {
  readonly probe: AdmissionProbe;
  /** After this the instance is abandoned. */
  readonly within: Seconds;
  readonly every: Seconds;
}
