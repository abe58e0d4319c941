import type { Decision } from '../../../shared/domain/index.ts';
import { isoTime } from '../../../shared/domain/index.ts';
import { explain } from '../../../shared/policy/messages/decision.ts';
import { reasonText } from '../../../shared/policy/messages/reasons.ts';
import { count, figure, percent } from '../../../shared/policy/messages/words.ts';

/** A decision in plain English: what, why, what it saw, what it expected, and what the policy beside it would have done. */
export function decisionText(decision: Decision): string {
  const { at, cause, id, forecasts = {}, shadow, inputs, rule, vetoes = [] } = decision;
  const lines = [
    ...Object.entries(forecasts).map(
      ([signal, { expected, upper, need, quantile, headroom, at: when }]) =>
        `${signal} expected at ${isoTime(when)}: ${figure(expected)}; ${count(need, 'instance')} carry ${figure(upper)}, ` +
        `which is enough ${percent(quantile)} of the time (head-room ${percent(headroom)})`,
    ),
    `saw ${Object.entries(inputs)
      .map(
        ([name, value]) =>
          `${name} ${typeof value === 'number' ? figure(value) : String(value ?? 'without data')}`,
      )
      .join(', ')}`,
    ...(shadow === undefined
      ? []
      : [
          `the shadow policy would have ${count(shadow.to, 'instance')}: ${shadow.reasons.map(reasonText).join('; ')}`,
        ]),
    ...(rule === undefined
      ? []
      : [`rule ${rule}${vetoes.length === 0 ? '' : `, held back by ${vetoes.join(', ')}`}`]),
    `asked for by ${cause}; decision ${id}`,
  ];
  return `${isoTime(at)}  ${explain(decision)}\n${lines.map((line) => `    ${line}\n`).join('')}`;
}
