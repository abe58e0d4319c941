import { join } from 'node:path';
import { PROFILES } from '../support/packaged.ts';
import { packagedTemplate, type Choice, type PackagedTemplate } from '../support/templates.ts';

/** A template that is judged, under the name by which the report and suppressions.yml speak of it. */
export interface Case extends PackagedTemplate {
  /** `profile/stage`, with `+what` for params that are not the defaults. */
  readonly name: string;
  readonly choice: Choice;
}

const STAGES = ['dev', 'prod'];

/** Every profile for either stage, with the defaults of all params. */
export const DEFAULTS: ReadonlyMap<string, Choice> = new Map(
  PROFILES.flatMap((profile) => STAGES.map((stage) => [`${profile}/${stage}`, { profile, stage }] as const)),
);

/** Nobody's: templates only name it. */
export const CERTIFICATE =
  'arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000';

const SITE = { certificate: CERTIFICATE, domain: 'www.example.com', waf: 'on' };
const NLB = { 'load-balancer': 'nlb', fleets: 'examples/web/fleets-nlb.yml' };
const CAREFUL = { zones: '3', nat: 'per-zone', data: 'keep', concurrency: 'reserved' };

/** What only a param creates: HTTPS, WAF, the other load balancer, and the careful stage's choices in a cheap one. */
export const VARIANTS: ReadonlyMap<string, Choice> = new Map([
  ['web/prod+site', { profile: 'web', stage: 'prod', params: SITE }],
  ['web/prod+nlb', { profile: 'web', stage: 'prod', params: NLB }],
  ['web/prod+nlb+tls', { profile: 'web', stage: 'prod', params: { ...NLB, certificate: CERTIFICATE } }],
  ['wordpress/prod+site', { profile: 'wordpress', stage: 'prod', params: SITE }],
  ['employee-directory/prod+site', { profile: 'employee-directory', stage: 'prod', params: SITE }],
  ['hello/dev+careful', { profile: 'hello', stage: 'dev', params: CAREFUL }],
  [
    'wordpress/dev+careful',
    { profile: 'wordpress', stage: 'dev', params: { ...SITE, ...CAREFUL, 'database-multi-az': 'true' } },
  ],
]);

export const CHOICES: ReadonlyMap<string, Choice> = new Map([...DEFAULTS, ...VARIANTS]);

/** Packages one after the other where a bundle has to be made, and then two at a time. */
export async function packagedCases(choices: ReadonlyMap<string, Choice> = CHOICES): Promise<Case[]> {
  const cases: Case[] = [];
  const waiting = [...choices];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, choice] = next;
      cases.push({ name, choice, ...(await packagedTemplate(choice)) });
    }
  };
  await Promise.all([worker(), worker()]);
  return cases.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The folder of the project. */
export const root = join(import.meta.dirname, '..', '..');
