import * as z from 'zod';
import type { FleetEvent, Instant, Skip } from '../shared/domain/index.ts';
import { skip } from '../shared/domain/index.ts';

/** What a message may be taken for, and how it becomes an event. One for each shape on the wire. */
export interface EventKind {
  /** Whether a message has this shape, by its marks alone: what is in it is checked by `parse`. */
  recognises(message: WireMessage): boolean;
  parse(message: WireMessage): FleetEvent | Skip;
}

/** A JSON object as it came, nothing checked. */
export type WireMessage = Readonly<Record<string, unknown>>;

const OFFSET_WITHOUT_COLON = /([+-]\d{2})(\d{2})$/;

/** @returns undefined for what is no time at all; 0 where AWS left the time empty */
function instantOf(text: string): Instant | undefined {
  if (text === '') return 0;
  const instant = Date.parse(text.replace(OFFSET_WITHOUT_COLON, '$1:$2'));
  return Number.isNaN(instant) ? undefined : Math.max(0, instant);
}

/**
 * A time as AWS writes it: with `Z` or `+0000`, with or without a fraction. Empty ones have been seen in the wild
 * (aws-node-termination-handler tests them): they become 0, which means unknown.
 */
export const awsTime = z.string().transform((text, context): Instant => {
  const instant = instantOf(text);
  if (instant !== undefined) return instant;
  context.addIssue({ code: 'custom', message: 'not a time' });
  return z.NEVER;
});

const DECIMAL = /^\d+(\.\d+)?$/;

/** A number that arrives as a number or as its text, as the checkpoints of an instance refresh do. */
export const numberOrText = z.union([
  z.number(),
  z
    .string()
    .refine((text) => DECIMAL.test(text), 'not a number')
    .transform(Number),
]);

/**
 * The envelope of an EventBridge event around a detail. Resources are left unread: the samples of AWS differ
 * between account, zone and bare names there, so what matters is taken from the detail.
 */
export function eventBridge<Detail extends z.ZodType>(detail: Detail) {
  return z.object({ id: z.string().min(1), time: awsTime.default(0), detail });
}

/** Checks a message and makes the event of it; what does not fit is poison, named by its path. */
export function parseWith<Schema extends z.ZodType>(
  schema: Schema,
  toEvent: (wire: z.output<Schema>) => FleetEvent | Skip,
): (message: WireMessage) => FleetEvent | Skip {
  return (message) => {
    const parsed = schema.safeParse(message);
    return parsed.success ? toEvent(parsed.data) : skip('INVALID_EVENT', problemsOf(parsed.error));
  };
}

function problemsOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || '(event)'}: ${issue.message}`).join('; ');
}

/** Recognises EventBridge events by source and detail-type. */
export function fromSource(
  source: string,
  detailTypes: readonly string[],
): (message: WireMessage) => boolean {
  return ({ source: from, 'detail-type': detailType }) =>
    from === source && typeof detailType === 'string' && detailTypes.includes(detailType);
}
