import type { TimingCode } from './codes.ts';
import { CODES } from './codes.ts';
import type { TimingModel } from './model.ts';

/** One disagreement between clocks. */
export interface Finding {
  readonly code: TimingCode;
  readonly severity: 'error' | 'warning';
  /** Whose clock is to be changed: a logical id of the template, or a key of fleets.yml. */
  readonly subject: string;
  /** What is wrong, with the figures. */
  readonly message: string;
  /** What to change. */
  readonly mend: string;
  /** The figures, in seconds unless the name says otherwise. */
  readonly figures: Readonly<Record<string, number | string>>;
}

/** A rule finds what it is about in a model. It never throws, and says nothing of figures that are not known. */
export type TimingRule = (model: TimingModel) => readonly Finding[];

export function finding(
  code: TimingCode,
  subject: string,
  message: string,
  mend: string,
  figures: Finding['figures'] = {},
): Finding {
  return { code, severity: CODES[code].severity, subject, message, mend, figures };
}

const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** `90 s`, `5 min`, `24 h 59 min 30 s`: a span as people say it. Up to two minutes and two days in one unit. */
export function spoken(seconds: number): string {
  return parts(seconds).join(' ') || '0 s';
}

/** The same as fleets.yml takes it: `90s`, `24h59m30s`. */
export function span(seconds: number): string {
  return parts(seconds).join('').replaceAll(' ', '').replaceAll('min', 'm') || '0s';
}

function parts(seconds: number): string[] {
  let left = Math.max(0, Math.round(seconds));
  return UNITS.filter(([size]) => seconds >= 2 * size).flatMap(([size, unit]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? [] : [`${count} ${unit}`];
  });
}
