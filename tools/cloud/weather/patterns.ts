import { fits } from '../iam/wildcards.ts';

/** Whether one of the patterns fits; without any, everything does. */
export function matches(patterns: readonly string[] | undefined, text: string | undefined): boolean {
  return patterns === undefined || patterns.some((pattern) => fits(pattern, text ?? ''));
}
