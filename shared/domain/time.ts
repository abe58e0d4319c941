/** Milliseconds since the epoch. */
export type Instant = number;

/** A span of time in seconds, the unit AWS counts in. */
export type Seconds = number;

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** ISO 8601 to the second, in UTC: `2026-03-02T07:00:00Z`. */
export function isoTime(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}
