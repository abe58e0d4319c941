import type { Seconds } from './time.ts';

/** What shows that an instance has no work left. Where a fleet names several, all of them have to. */
export type IdleEvidence =
  /** In none of its target groups is it in rotation, or draining. */
  | { readonly kind: 'target-requests' }
  /** By the load balancer's metrics its target groups have had no request for some minutes, from whomever. */
  | { readonly kind: 'balancer-requests' }
  /** The application says so: see shared/policy/drain/evidence.ts. */
  | { readonly kind: 'http'; readonly path: string; readonly port: number }
  /** A shell command run by Systems Manager exits 0. */
  | { readonly kind: 'command'; readonly command: string }
  /** No message of the queue is in flight. `{instance}` in its name stands for the instance's id. */
  | { readonly kind: 'queue'; readonly name: string }
  /** Nobody finds it by a service of AWS Cloud Map, of which it is taken out. */
  | { readonly kind: 'cloud-map'; readonly service: string };

export interface DrainPolicy {
  /** Empty: nothing is waited for but the command. */
  readonly idle: readonly IdleEvidence[];
  /** How long the evidence has to stand, from one look that finds it to another. */
  readonly confirm: Seconds;
  /** A shell command run on the instance by Systems Manager before waiting. */
  readonly command?: string;
  /** After this the instance is let go, idle or not. */
  readonly within: Seconds;
  /** Between two looks; more where the drain is long already. */
  readonly every: Seconds;
  /** What to do with registrations in target groups that are not the group's own. */
  readonly otherTargetGroups: 'deregister' | 'leave';
  /** What the hook ends with where the work was not finished: at the deadline, or when the command failed. */
  readonly unfinished: 'CONTINUE' | 'ABANDON';
}
