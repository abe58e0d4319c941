/** How many instances a template's groups run. */
import type { Resource, Template } from '../templates/model.ts';
import { numberAt, resourcesOf } from '../templates/template.ts';
import type { Levels } from './levels.ts';
import { each } from './levels.ts';

/** Of what may come above the desired capacity, the share that usually has. */
const USUAL_GROWTH = 0.25;

/**
 * Sizes of a template's groups by their logical ids: at the least `MinSize`, at the most `MaxSize`; usually the desired
 * capacity and a quarter of what is above it. A size that the template does not tell counts as 0.
 *
 * @param given sizes of each group, in place of the template's
 */
export function groupSizes(template: Template, given: Partial<Levels> = {}): ReadonlyMap<string, Levels> {
  const { min = 0, max = Infinity } = given;
  const groups = resourcesOf(template, 'AWS::AutoScaling::AutoScalingGroup');
  return new Map(
    groups.map((group) => {
      const size = sizeOf(group, template);
      const within = (value: number) => Math.min(Math.max(value, min), max);
      return [group.id, each((level) => given[level] ?? within(size[level]))];
    }),
  );
}

function sizeOf({ properties }: Resource, template: Template): Levels {
  const size = (key: string, absent: number) => numberAt(template, properties, [key], absent) ?? absent;
  const min = size('MinSize', 0);
  const max = Math.max(min, size('MaxSize', min));
  const desired = Math.min(max, Math.max(min, size('DesiredCapacity', min)));
  return { min, typical: desired + Math.ceil((max - desired) * USUAL_GROWTH), max };
}
