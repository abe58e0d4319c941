/** Which assumed figures an estimate rests on: those without which it would be another. */
import type { Template } from '../templates/model.ts';
import { estimate } from './estimate.ts';
import { always, LEVELS } from './levels.ts';
import type { Usage } from './usage.ts';

export type Assumption = Exclude<keyof Usage, 'instances' | 'kbPerRequest'>;

const WITHOUT: Readonly<Record<Assumption, Partial<Usage>>> = {
  requests: { requests: always(0) },
  storageGb: { storageGb: 0 },
  natGb: { natGb: 0 },
  logGb: { logGb: 0 },
  invocations: { invocations: always(0) },
};

export function assumptionsOf(template: Template, usage: Usage, region: string): readonly Assumption[] {
  const { total } = estimate(template, usage, region);
  return (Object.keys(WITHOUT) as Assumption[]).filter((name) => {
    const without = estimate(template, { ...usage, ...WITHOUT[name] }, region).total;
    return LEVELS.some((level) => without[level] !== total[level]);
  });
}
