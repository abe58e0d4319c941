import { Checks, type Verdict } from './invariant.ts';

/**
 * One command takes a deployment away, and leaves what was there before.
 *
 * @param before what stood before the deployment
 * @param after  what stands after its removal
 */
export function nothingLeft(before: readonly string[], after: readonly string[]): Verdict {
  const checks = new Checks();
  const known = new Set(before);
  const rest = new Set(after);
  for (const thing of after) checks.expect(known.has(thing), () => `${thing} is left`);
  for (const thing of before) checks.expect(rest.has(thing), () => `${thing}, not ours, is gone`);
  // With neither, an account that was empty is empty again.
  if (before.length + after.length === 0) checks.expect(true, () => '');
  return checks.verdict('nothing-left');
}
