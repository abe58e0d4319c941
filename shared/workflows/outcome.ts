import type { Skip } from '../domain/index.ts';

/** How a workflow ended. What it throws is retried as well: it is what nobody foresaw. */
export type Outcome =
  /** It did what there was to do; `summary` is one line of plain English. */
  | {
      readonly kind: 'done';
      readonly summary: string;
      readonly facts?: Readonly<Record<string, string | number | boolean>>;
    }
  /** Acknowledged and not acted on. */
  | Skip
  /** Somebody else holds what is needed: try again later. */
  | { readonly kind: 'busy'; readonly detail: string };

export function done(summary: string, facts?: Readonly<Record<string, string | number | boolean>>): Outcome {
  return facts === undefined ? { kind: 'done', summary } : { kind: 'done', summary, facts };
}

export function busy(detail: string): Outcome {
  return { kind: 'busy', detail };
}
