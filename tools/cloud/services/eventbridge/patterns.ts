import { AwsError } from '../../kernel/index.ts';
import { PatternError } from '../../delivery/pattern/filters.ts';
import type { Pattern } from '../../delivery/pattern/pattern.ts';
import { parsePattern } from '../../delivery/pattern/pattern.ts';

/** @throws AwsError InvalidEventPatternException */
export function parseEventPattern(text: string): Pattern {
  try {
    return parsePattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new AwsError(
      'InvalidEventPatternException',
      `Event pattern is not valid. Reason: ${error.message}`,
    );
  }
}
