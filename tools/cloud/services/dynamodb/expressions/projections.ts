import { checkNoOverlap } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import type { Path } from './reader.ts';
import { ExpressionReader } from './reader.ts';

/** @throws AwsError ValidationException for what is not a list of document paths */
export function parseProjection(text: string, placeholders: Placeholders): Path[] {
  const reader = new ExpressionReader(text, 'ProjectionExpression', placeholders);
  const paths = reader.list(() => reader.path());
  reader.expectEnd();
  checkNoOverlap(paths, 'ProjectionExpression');
  return paths;
}
