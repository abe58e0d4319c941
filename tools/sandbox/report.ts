import type { Decision } from '../../shared/domain/index.ts';
import type { CapacityReport } from './observe/capacity.ts';
import type { DrainReport } from './observe/drains.ts';
import type { Verdict } from './observe/invariants/index.ts';
import type { NotificationReport } from './observe/notifications.ts';
import type { RefreshReport } from './observe/refreshes.ts';

/** What `--json` writes. */
export interface Report {
  readonly scenario: string;
  readonly load: string;
  readonly seed: number;
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  /** Wall seconds that `sls deploy` took. */
  readonly deploySeconds: number;
  readonly invariants: readonly Verdict[];
  readonly capacity: CapacityReport;
  readonly requests: { readonly total: number; readonly failed: number };
  readonly decisions: readonly Decision[];
  readonly drains: readonly DrainReport[];
  readonly refreshes: readonly RefreshReport[];
  readonly notifications: readonly NotificationReport[];
  /** Calls by the control plane's roles, by action. */
  readonly awsCalls: Readonly<Record<string, number>>;
  readonly denied: readonly unknown[];
  readonly unusedGrants: readonly unknown[];
}
