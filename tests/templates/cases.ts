import { join } from 'node:path';
import { PROFILES } from '../support/packaged.ts';
import { packagedTemplate, type Choice, type PackagedTemplate } from '../support/templates.ts';

/** A template that is judged, under the name by which the report and suppressions.yml speak of it. */
export interface Case extends PackagedTemplate {
  /** `profile/stage`, with `+what` for params that are not the defaults. */
  readonly name: string;
  readonly stage: string;
}

const STAGES = ['dev', 'prod'];

/** Every profile for either stage, with the defaults of all params. */
export const CHOICES: ReadonlyMap<string, Choice> = new Map(
  PROFILES.flatMap((profile) => STAGES.map((stage) => [`${profile}/${stage}`, { profile, stage }] as const)),
);

/** Packages one after the other where a bundle has to be made, and then two at a time. */
export async function packagedCases(choices: ReadonlyMap<string, Choice> = CHOICES): Promise<Case[]> {
  const cases: Case[] = [];
  const waiting = [...choices];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, choice] = next;
      cases.push({ name, stage: choice.stage, ...(await packagedTemplate(choice)) });
    }
  };
  await Promise.all([worker(), worker()]);
  return cases.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The folder of the project. */
export const root = join(import.meta.dirname, '..', '..');
