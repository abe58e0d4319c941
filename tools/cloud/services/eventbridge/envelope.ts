import type { Account, Ids, Instant } from '../../kernel/index.ts';

/** An event as it lies on a bus and as targets get it. */
export interface Envelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** Whole seconds, `2026-07-01T07:00:00Z`. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What the maker of an event says of it. */
export interface EventContent {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export function envelop(content: EventContent, account: Account, ids: Ids, at: Instant): Envelope {
  return {
    version: '0',
    id: ids.uuid(),
    'detail-type': content.detailType,
    source: content.source,
    account: account.id,
    time: isoSeconds(at),
    region: account.region,
    resources: content.resources,
    detail: content.detail,
  };
}

/** `2026-07-01T07:00:00Z` */
export function isoSeconds(at: Instant): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
