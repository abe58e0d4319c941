import type { Result } from '../backtest.ts';
import type { Setting } from '../setting.ts';
import type { MinuteTrace } from '../trace/minute-trace.ts';
import { element } from './svg.ts';

interface Compared {
  readonly trace: MinuteTrace;
  readonly setting: Setting;
  readonly results: readonly Result[];
}

/** The one sentence for whoever reads no further. */
export function headline({ results, trace }: Compared): string {
  const [own, other] = pairOf(results);
  const subject = own ?? other;
  if (subject === undefined) return `Backtest of ${trace.name}`;
  const calm = `${subject.policy} kept ${percent(1 - subject.violationShare)} of minutes within useful load for ${dollars(subject.cost)}`;
  if (own === undefined || other === undefined) return calm;
  return `${calm}; ${other.policy} kept ${percent(1 - other.violationShare)} for ${dollars(other.cost)}`;
}

/** Evenkeel, and the policy that most would have instead. */
function pairOf(results: readonly Result[]): readonly [Result | undefined, Result | undefined] {
  const own = results.find(({ policy }) => policy === 'evenkeel');
  const others = results.filter(({ policy }) => policy !== 'evenkeel' && !KNOWING.has(policy));
  return [own, others.find(({ policy }) => policy === 'target-tracking') ?? others[0]];
}

/** These know the load ahead: nobody can have them. */
export const KNOWING: ReadonlySet<string> = new Set(['oracle', 'clairvoyant']);

/** The first figures that are asked for. */
export function figuresOf({ results, setting, trace }: Compared): string {
  const [own, other] = pairOf(results);
  const subject = own ?? other;
  if (subject === undefined) return '';
  const { violationShare, violationMinutes, cost, actions } = subject;
  const isGood = violationShare <= setting.budget;
  const perDay = (actions * 1440) / Math.max(1, trace.load.length);
  return [
    '<dl class="figures">',
    tile(
      `minutes in violation, ${subject.policy}`,
      `<span class="${isGood ? 'good' : 'bad'}">${percent(violationShare)}</span>`,
      `${violationMinutes.toLocaleString('en-US')} of ${trace.load.length.toLocaleString('en-US')}; budget ${percent(setting.budget)}`,
    ),
    tile('cost', dollars(cost), `${timesOracle(subject)} × the least possible`),
    tile('changes of capacity', perDay.toFixed(1), 'a day'),
    ...(own === undefined || other === undefined ? [] : [comparison(own, other)]),
    '</dl>',
  ].join('');
}

function comparison(own: Result, other: Result): string {
  const more = own.cost - other.cost;
  const money = `${dollars(Math.abs(more))} ${more > 0 ? 'dearer' : 'cheaper'} than it`;
  return tile(
    `minutes in violation, ${other.policy}`,
    percent(other.violationShare),
    `${other.violationMinutes.toLocaleString('en-US')}; evenkeel is ${money}`,
  );
}

/** @param figure  of elements */
function tile(name: string, figure: string, beside: string): string {
  return `<div>${element('dt', {}, name)}${element('dd', {}, figure, element('small', {}, beside))}</div>`;
}

/** `0.98%`, and never 100% where something is missing to it. */
export function percent(share: number): string {
  const text = (100 * share).toFixed(2);
  return share < 1 && text === '100.00' ? '99.99%' : `${text}%`;
}

/** How many times what the oracle costs; where that is nothing, there is no such figure. */
export function timesOracle({
  instanceHours,
  oracleInstanceHours,
}: Pick<Result, 'instanceHours' | 'oracleInstanceHours'>): string {
  return oracleInstanceHours > 0 ? (instanceHours / oracleInstanceHours).toFixed(2) : '-';
}

export function dollars(value: number): string {
  return `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
