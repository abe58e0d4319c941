import type { Decision, Story } from '../../domain/index.ts';
import { lookAt } from './look.ts';
import { reasonText } from './reasons.ts';
import { count, figure } from './words.ts';

/** A decision in one line of plain English, also why nothing was done. */
export function explain(decision: Decision): string {
  const because = decision.reasons.map(reasonText).join('; ');
  return `${headline(decision)}: ${because}`;
}

/** What people are told of a change of capacity; undefined for what changes nothing. */
export function decisionStory(decision: Decision): Story | undefined {
  const { id, at, fleet, action, isShadow, reasons, victims, inputs, group } = decision;
  if (action === 'hold' || isShadow) return undefined;
  return {
    id: `decision/${id}`,
    at,
    severity: 'info',
    fleet,
    title: headline(decision),
    text: reasons.map((reason) => `${capitalised(reasonText(reason))}.`).join(' '),
    toDo: 'Nothing.',
    look: lookAt.decisions(fleet),
    facts: [
      { name: 'Group', value: group },
      { name: 'In service', value: figure(numberOf(inputs.serving)) },
      { name: 'Bounds', value: `${figure(numberOf(inputs.min))} to ${figure(numberOf(inputs.max))}` },
      ...(victims.length === 0 ? [] : [{ name: 'Taken in', value: victims.join(', ') }]),
      { name: 'Decision', value: id },
    ],
  };
}

function headline({ fleet, action, from, to, isShadow }: Decision): string {
  const would = isShadow ? ' (shadow)' : '';
  if (action === 'hold') return `${fleet} stays at ${count(from, 'instance')}${would}`;
  const direction = action === 'scale-out' ? 'scales out' : 'scales in';
  return `${fleet} ${direction} from ${figure(from)} to ${count(to, 'instance')}${would}`;
}

function numberOf(input: Decision['inputs'][string] | undefined): number | undefined {
  return typeof input === 'number' ? input : undefined;
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
