import { brokenImage } from './broken-image.ts';
import { byo } from './byo.ts';
import { calm } from './calm.ts';
import { day } from './day.ts';
import { employeeDirectory } from './employee-directory.ts';
import { hello } from './hello.ts';
import type { Scenario } from './scenario.ts';
import { spot } from './spot.ts';
import { storm } from './storm.ts';
import { traffic } from './traffic.ts';
import { web } from './web.ts';
import { wordpress } from './wordpress.ts';
import { workers } from './workers.ts';

export type { Day, Scenario } from './scenario.ts';

/** In the order in which the help lists them. */
export const scenarios: readonly Scenario[] = [
  day,
  calm,
  brokenImage,
  spot,
  storm,
  hello,
  web,
  wordpress,
  employeeDirectory,
  byo,
  workers,
  traffic,
];

export const scenarioNames = scenarios.map(({ name }) => name);

/** Scenarios with a load of their own, which takes the place of any other. */
export const scenariosWithLoad = scenarios
  .filter(({ load, traffic }) => load !== undefined || traffic !== undefined)
  .map(({ name }) => name);

export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`no scenario is named ${name}`);
  return found;
}
