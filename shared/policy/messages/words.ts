type Fact = string | number | boolean | undefined;

const NUMBERS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** A fact as it is read: `4,200`. */
export function figure(fact: Fact): string {
  return typeof fact === 'number' ? NUMBERS.format(fact) : String(fact ?? 'unknown');
}

/** `1 instance`, `2 instances`. */
export function count(fact: Fact, noun: string): string {
  return `${figure(fact)} ${noun}${fact === 1 ? '' : 's'}`;
}

/** A share of one as a percentage: `10%`. */
export function percent(fact: Fact): string {
  return typeof fact === 'number' ? `${NUMBERS.format(fact * 100)}%` : figure(fact);
}

/** A span in seconds as fleets.yml has it: `1h30m`. */
export function span(fact: Fact): string {
  if (typeof fact !== 'number') return figure(fact);
  const whole = Math.round(fact);
  const parts = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'm'],
    [whole % 60, 's'],
  ] as const;
  const named = parts.filter(([number]) => number > 0).map(([number, unit]) => `${number}${unit}`);
  return named.length === 0 ? '0s' : named.join('');
}
