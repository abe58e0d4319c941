import type { Measure, Skip } from '../domain/index.ts';

/** How a workflow ended, and what is to be counted of it. What it throws is retried as well: nobody foresaw it. */
export type Outcome = Ending & { readonly measures?: readonly Measure[] };

type Ending =
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

/** It did what there was to do. */
export type Done = Extract<Outcome, { kind: 'done' }>;

export function done(summary: string, facts?: Done['facts']): Done {
  return facts === undefined ? { kind: 'done', summary } : { kind: 'done', summary, facts };
}

export function busy(detail: string): Outcome {
  return { kind: 'busy', detail };
}

/** The same end, with more to be counted of it. */
export function measured(outcome: Outcome, more: readonly Measure[]): Outcome {
  return { ...outcome, measures: [...(outcome.measures ?? []), ...more] };
}
