import type { Choice, Progress, Recommendation } from './recommend.ts';
import { recommend } from './recommend.ts';
import type { Setting } from './setting.ts';
import type { MinuteTrace } from './trace/minute-trace.ts';

/** The signal of the fleet that a load is of. */
export interface FragmentSignal {
  readonly metric: 'alb-requests-per-target' | 'cpu';
  /** What an instance usefully carries, in the metric's unit; `learn` where only the load's form is known. */
  readonly useful: number | 'learn';
}

export interface FragmentFleet {
  /** As fleets.yml names it. */
  readonly name: string;
  /** The Auto Scaling group, where it is known; else the fleet is found by its tag. */
  readonly group?: string;
  readonly signal: FragmentSignal;
}

/** A recommendation, with what to write. */
export type Recommended = Recommendation & { readonly fragment: string };

export function recommendedFor(
  trace: MinuteTrace,
  setting: Setting,
  fleet: FragmentFleet,
  onProgress?: Progress,
): Recommended {
  const choice = recommend(trace, setting, onProgress);
  return { ...choice, fragment: fragmentOf(fleet, choice) };
}

/** What to write in fleets.yml, ready to be copied; the budget and the cap are rounded so that they can be read. */
export function fragmentOf({ name, group, signal }: FragmentFleet, choice: Choice): string {
  const adopt = group === undefined ? `{ tag: 'evenkeel:fleet=${name}' }` : `{ group: ${quoted(group)} }`;
  const signalName = signal.metric === 'cpu' ? 'cpu' : 'requests';
  return [
    'fleets:',
    `  ${name}:`,
    `    adopt: ${adopt}`,
    '    scaling:',
    `      violations: ${percent(choice.budget)}`,
    `      headroom: { at-most: ${percent(choice.headroomAtMost)} }`,
    `      min: ${choice.min}`,
    '      signals:',
    `        ${signalName}: { metric: ${signal.metric}, useful: ${usefulText(signal.useful)} }`,
    '',
  ].join('\n');
}

function usefulText(useful: number | 'learn'): string {
  return useful === 'learn' ? useful : String(Number(useful.toPrecision(4)));
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))}%`;
}

/** In YAML a name may look like something else: `on`, `1e3`, `a: b`. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
