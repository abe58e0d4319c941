/** The timing model of a deployment, from fleets.yml and, where there is one, its packaged template. */
import type { Fleet, Instant } from '../../../shared/domain/index.ts';
import type { Template } from '../../templates/model.ts';
import { readTemplate } from '../../templates/template.ts';
import type { AlarmClocks, FleetClocks, FunctionClocks, TimingModel } from '../model.ts';
import { readAlarms } from './alarms.ts';
import { functionNamed, readFunctions, readQueues } from './functions.ts';
import type { ReadGroup } from './groups.ts';
import { readGroups } from './groups.ts';
import { readSchedules } from './schedules.ts';
import { readTargetGroups } from './target-groups.ts';

/**
 * @param template without it the model holds what fleets.yml alone shows
 * @param now what schedules are asked after
 */
export function timingModel(
  fleets: readonly Fleet[],
  now: Instant,
  template: Template = readTemplate({}),
): TimingModel {
  const groups = readGroups(template, readTargetGroups(template));
  const functions = readFunctions(template);
  const alarms = readAlarms(
    template,
    groups.map(({ clocks }) => clocks),
  );
  return {
    now,
    fleets: fleets.map((fleet) => fleetClocks(fleet, groups, alarms, template, functions)),
    groups: groups.map(({ clocks }) => clocks),
    functions: [...functions.values()],
    queues: readQueues(template, functions),
    alarms,
    schedules: readSchedules(template, functions),
  };
}

function fleetClocks(
  fleet: Fleet,
  groups: readonly ReadGroup[],
  alarms: readonly AlarmClocks[],
  template: Template,
  functions: ReadonlyMap<string, FunctionClocks>,
): FleetClocks {
  const group = groups.find((candidate) => isAdopted(candidate, fleet))?.clocks;
  const [admit, drain, refresh] = ['admit', 'drain', 'refresh'].map((name) =>
    functionNamed(name, template, functions),
  );
  return {
    fleet,
    ...(group && { group }),
    ...(admit && { admit }),
    ...(drain && { drain }),
    ...(refresh && { refresh }),
    alarms: alarms.filter(({ signal }) => signal?.fleet === fleet.name),
  };
}

function isAdopted({ name, tags }: ReadGroup, { adopt }: Fleet): boolean {
  return 'group' in adopt ? adopt.group === name : tags.get(adopt.tag.key) === adopt.tag.value;
}
