import * as z from 'zod';

const SECOND = 1000;
const UNITS: Readonly<Record<string, number>> = {
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
  d: 86_400 * SECOND,
};

const DURATION_MEND = 'write seconds (90) or a duration like 90s, 20m, 2h or 1h30m';

/** Seconds, or `1h30m`: milliseconds of virtual time. */
export const duration = z
  .union([z.number().nonnegative(), z.string().regex(/^(\d+(\.\d+)?[smhd])+$/, { error: DURATION_MEND })], {
    error: DURATION_MEND,
  })
  .transform(milliseconds);

/** A duration since the plan began, or an instant with its zone. */
export const moment = z.union(
  [
    z.iso.datetime({ offset: true }).transform((text) => ({ at: Date.parse(text) })),
    duration.transform((after) => ({ after })),
  ],
  { error: `${DURATION_MEND} since the plan began, or an instant like 2026-01-05T12:00:00Z` },
);

/** One duration, or a chance between two. */
export const spread = z.union(
  [
    duration.transform((exactly) => ({ least: exactly, most: exactly })),
    z
      .strictObject({ least: duration.prefault(0), most: duration })
      .refine(({ least, most }) => least <= most, { error: 'write a least that is not above most' }),
  ],
  { error: `${DURATION_MEND}, or {"least": 0, "most": 60}` },
);

/** What a duration of a plan is, once read. */
export type Spread = z.output<typeof spread>;

const share = { error: 'write a number from 0 to 1' };
export const probability = z.number(share).min(0, share).max(1, share).default(1);

const PATTERN_MEND = 'write a name with * for any characters, or a list of such names';

/** One pattern or several, of which one must fit; `*` stands for any characters. */
export const patterns = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)], { error: PATTERN_MEND })
  .transform((given) => (typeof given === 'string' ? [given] : given));

const whole = { error: 'write a whole number from 1' };
export const count = z.int(whole).min(1, whole);

/** When an entry stands: from the plan's begin and for ever, where neither is said. */
export const window = { from: moment.optional(), for: duration.optional(), until: moment.optional() };

/** A word out of a list. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, { error: `write one of ${words.join(', ')}` });
}

function milliseconds(given: number | string): number {
  if (typeof given === 'number') return given * SECOND;
  return [...given.matchAll(/([\d.]+)([smhd])/g)].reduce(
    (sum, [, amount = '', unit = '']) => sum + Number(amount) * (UNITS[unit] ?? 0),
    0,
  );
}
