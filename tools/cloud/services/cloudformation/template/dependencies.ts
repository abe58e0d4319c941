import { TemplateError } from './errors.ts';
import { attributeReference, substitution, VARIABLE } from './intrinsics.ts';
import type { ResourceDeclaration } from './template.ts';

/** What one part of a template speaks of: `attribute` is absent for a plain Ref. */
export interface Reference {
  readonly name: string;
  readonly attribute?: string;
}

/**
 * Everything that a value refers to by Ref, Fn::GetAtt and Fn::Sub.
 *
 * @param condition  decides Fn::If: the branch not taken refers to nothing
 */
export function referencesIn(value: unknown, condition: (name: string) => boolean): Reference[] {
  if (Array.isArray(value)) return value.flatMap((member: unknown) => referencesIn(member, condition));
  if (typeof value !== 'object' || value === null) return [];
  const entries: [string, unknown][] = Object.entries(value);
  const [first, second] = entries;
  if (first !== undefined && second === undefined) {
    const references = ofIntrinsic(first[0], first[1], condition);
    if (references !== undefined) return references;
  }
  return entries.flatMap(([, member]) => referencesIn(member, condition));
}

function ofIntrinsic(
  name: string,
  argument: unknown,
  condition: (name: string) => boolean,
): Reference[] | undefined {
  if (name === 'Ref' && typeof argument === 'string') return [{ name: argument }];
  if (name === 'Fn::GetAtt') {
    const { resource, attribute } = attributeReference(argument);
    return [{ name: resource, attribute }];
  }
  if (name === 'Fn::Sub') {
    const { pattern, own } = substitution(argument);
    return [...variablesOf(pattern, own), ...referencesIn(own, condition)];
  }
  if (name === 'Fn::If' && Array.isArray(argument)) {
    const [test, then, otherwise] = argument as unknown[];
    return referencesIn(condition(String(test)) ? then : otherwise, condition);
  }
  return undefined;
}

function variablesOf(pattern: string, own: Readonly<Record<string, unknown>>): Reference[] {
  return [...pattern.matchAll(VARIABLE)].flatMap(([, literal, name = '']) => {
    if (literal === '!' || Object.hasOwn(own, name)) return [];
    const dot = name.indexOf('.');
    return [dot < 0 ? { name } : { name: name.slice(0, dot), attribute: name.slice(dot + 1) }];
  });
}

/** A resource's explicit dependencies. */
export function dependsOn({ DependsOn: names = [] }: ResourceDeclaration): readonly string[] {
  return typeof names === 'string' ? [names] : names;
}

/**
 * Names such that each comes after all it depends on, otherwise in the order given.
 *
 * @throws TemplateError when some depend on each other in a circle
 */
export function inDependencyOrder(dependencies: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const order: string[] = [];
  const visiting = new Set<string>();
  const visit = (name: string) => {
    if (order.includes(name)) return;
    if (visiting.has(name)) {
      const circle = [...visiting];
      throw new TemplateError(
        `Circular dependency between resources: [${circle.slice(circle.indexOf(name)).join(', ')}]`,
      );
    }
    visiting.add(name);
    for (const other of dependencies.get(name) ?? []) visit(other);
    visiting.delete(name);
    order.push(name);
  };
  for (const name of dependencies.keys()) visit(name);
  return order;
}
