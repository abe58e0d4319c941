import type { Comparison } from './alarm.ts';

interface ComparisonRule {
  readonly breaches: (value: number, threshold: number) => boolean;
  /** As reasons say it: "was … the threshold". */
  readonly words: string;
}

/** What alarms compare a value with its threshold by. */
export const COMPARISONS: Readonly<Record<Comparison, ComparisonRule>> = {
  GreaterThanOrEqualToThreshold: {
    breaches: (value, threshold) => value >= threshold,
    words: 'greater than or equal to',
  },
  GreaterThanThreshold: { breaches: (value, threshold) => value > threshold, words: 'greater than' },
  LessThanThreshold: { breaches: (value, threshold) => value < threshold, words: 'less than' },
  LessThanOrEqualToThreshold: {
    breaches: (value, threshold) => value <= threshold,
    words: 'less than or equal to',
  },
};
