import { didYouMean } from '../../../shared/config/did-you-mean.ts';
import type { JournalEntry } from '../../cloud/kernel/index.ts';
import { DETAIL_TYPES } from './detail-types.ts';

/** A rule that matched no event, though events of its source came. */
export interface UnmatchedRule {
  readonly rule: string;
  readonly source: string;
  /** The detail types that it asks for. */
  readonly asksFor: readonly string[];
  /** How often its source sent what, most often first. */
  readonly seen: Readonly<Record<string, number>>;
  /** The seen detail type that it most likely means. Only where it asks for one that its source does not send. */
  readonly nearest?: string;
}

interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly pattern: string;
}

/** Follows which rules took events, and what there was to take. */
export class RuleLog {
  readonly #matched = new Set<string>();
  /** By source and detail type. */
  readonly #seen = new Map<string, Map<string, number>>();

  see(entry: JournalEntry): void {
    if (entry.kind === 'delivery') this.#matched.add(entry.from);
    if (entry.kind !== 'event') return;
    const ofSource = this.#seen.get(entry.source) ?? new Map<string, number>();
    ofSource.set(entry.detailType, (ofSource.get(entry.detailType) ?? 0) + 1);
    this.#seen.set(entry.source, ofSource);
  }

  unmatched(rules: readonly Rule[]): UnmatchedRule[] {
    return rules.filter(({ arn }) => !this.#matched.has(arn)).flatMap((rule) => this.#findings(rule));
  }

  #findings({ name, pattern }: Rule): UnmatchedRule[] {
    const wanted = JSON.parse(pattern) as Readonly<Record<string, unknown>>;
    const asksFor = plain(wanted['detail-type']);
    return plain(wanted['source']).flatMap((source) => {
      const seen = this.#seen.get(source);
      if (seen === undefined) return [];
      const counts = [...seen].sort(([, a], [, b]) => b - a);
      const nearest = nearestOf(source, asksFor, [...seen.keys()]);
      return [
        {
          rule: name,
          source,
          asksFor,
          seen: Object.fromEntries(counts),
          ...(nearest !== undefined && { nearest }),
        },
      ];
    });
  }
}

/** The seen detail type nearest to one that is asked for, and that neither was seen nor is AWS's. */
function nearestOf(source: string, asksFor: readonly string[], seen: readonly string[]): string | undefined {
  const strange = asksFor.filter(
    (type) => !seen.includes(type) && DETAIL_TYPES[source]?.includes(type) !== true,
  );
  return strange.map((type) => didYouMean(type, seen)).find((type) => type !== undefined);
}

/** The plain values that a pattern wants of a member. */
function plain(wanted: unknown): string[] {
  return Array.isArray(wanted) ? wanted.filter((value) => typeof value === 'string') : [];
}

/** `rule X matched nothing: aws.autoscaling sent "…" 37 times, it asks for "…"` */
export function inWords({ rule, source, asksFor, seen, nearest }: UnmatchedRule): string {
  const quoted = asksFor.map((type) => `"${type}"`).join(', ');
  const sent = nearest ?? '';
  return `${rule}: ${source} sent "${sent}" ${seen[sent] ?? 0} times, it asks for ${quoted}`;
}
