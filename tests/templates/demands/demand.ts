import type { Resource, Template } from '../../support/packaged.ts';
import type { Choice } from '../../support/templates.ts';
import type { Case } from '../cases.ts';

/** What docs/security.md says of the resources of one type, as a rule that a packaged template can break. */
export interface Demand {
  /** The row of the table that it holds. */
  readonly row: number;
  readonly rule: string;
  readonly type: string | readonly string[];
  /** Of which resources of the type it is asked; of all when left out. */
  readonly where?: (one: Subject) => boolean;
  readonly met: (one: Subject) => boolean;
  /** Properties by which it is not met: none at all when left out. */
  readonly breach?: Resource['Properties'];
  /** The resource whose properties those are, when it is another. */
  readonly by?: (name: string) => string;
}

export interface Subject {
  readonly name: string;
  readonly resource: Resource;
  readonly template: Template;
  readonly params: Chosen;
}

export type Properties = Resource['Properties'];

/** Params that decide what is demanded, with serverless.yml's defaults for the stage. */
export interface Chosen {
  readonly certificate: boolean;
  readonly waf: boolean;
  readonly keepsData: boolean;
  readonly multiAz: boolean;
  readonly reserves: boolean;
}

export function chosen({ stage, params = {} }: Choice): Chosen {
  const isCareful = stage === 'prod';
  const is = (name: string, value: string) =>
    params[name] === undefined ? isCareful : params[name] === value;
  return {
    certificate: params.certificate !== undefined,
    waf: params.waf === 'on',
    keepsData: is('data', 'keep'),
    multiAz: is('database-multi-az', 'true'),
    reserves: is('concurrency', 'reserved'),
  };
}

/** The resources of a template of which something is demanded. */
export function subjectsOf(
  { type, where = () => true }: Demand,
  { body, choice }: Pick<Case, 'body' | 'choice'>,
): Subject[] {
  const types = [type].flat();
  return Object.entries(body.Resources)
    .filter(([, resource]) => types.includes(resource.Type))
    .map(([name, resource]) => subject(name, resource, body, chosen(choice)))
    .filter(where);
}

/** The same resource in a template that breaks the rule. */
export function broken(one: Subject, { breach = {}, by = (name: string) => name }: Demand): Subject {
  const other = by(one.name);
  const found = one.template.Resources[other];
  if (found === undefined) throw new Error(`There is no ${other} by which ${one.name} could break a rule`);
  const changed: Resource = { Type: found.Type, Properties: breach };
  const template = { ...one.template, Resources: { ...one.template.Resources, [other]: changed } };
  return subject(one.name, template.Resources[one.name] ?? changed, template, one.params);
}

// A resource that needs none may come without properties.
function subject(name: string, resource: Resource, template: Template, params: Chosen): Subject {
  const { Properties = {} } = resource as Partial<Resource>;
  return { name, resource: { ...resource, Properties }, template, params };
}
