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
  /** How long a probe may take; without it 5 seconds for a request, and 60 for a command. */
  readonly timeout?: Seconds;
  /** Good probes in a row that let it in; without it 1. */
  readonly successes?: number;
  /** Bad probes in a row, after a first good one, that give it up at once; without it only time does. */
  readonly failures?: number;
  /** A shell command that is run once the application is ready, and has to succeed before it gets traffic. */
  readonly prime?: string;
  /** So many admissions of a fleet that fail in a row stop its launches for a while; without it none do. */
  readonly breaker?: number;
}
