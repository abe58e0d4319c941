/**
 * The geometric mean of ratios between violations. Minutes are counted from one on, on both sides: no violation at all would
 * make the mean nothing or infinite, whatever the other loads say, and none against one minute is no great difference.
 */
export function violationRatio(pairs: readonly (readonly [own: number, rival: number])[]): number {
  return geometricMean(pairs.map(([own, rival]) => (own + 1) / (rival + 1)));
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(mean(values.map((value) => Math.log(value))));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
