import type { Resource, Template } from '../../support/packaged.ts';
import { ofType } from '../../support/packaged.ts';

/** What stands at a path of keys (`LaunchTemplateData.Monitoring.Enabled`); undefined where nothing does. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | null)?.[key], value);
}

/** A value that may stand alone, or be one of a list, or be left out. */
export function list(value: unknown): unknown[] {
  return value === undefined ? [] : [value].flat();
}

/** Whether there is something, and all of it is so. */
export function everyOf<Item>(items: readonly Item[], isSo: (item: Item) => boolean): boolean {
  return items.length > 0 && items.every(isSo);
}

/** Whether a value is another resource, its ARN or another attribute of it. */
export function means(value: unknown, name: string): boolean {
  return at(value, 'Ref') === name || at(value, 'Fn::GetAtt.0') === name;
}

/** The names of the resources that a list of `Ref` names. */
export function refs(value: unknown): string[] {
  return list(value).map((one) => String(at(one, 'Ref')));
}

/** The value of an attribute that is given as `{ Key, Value }`. */
export function attribute({ Properties }: Resource, key: string): unknown {
  const found = list(Properties.LoadBalancerAttributes).find((one) => at(one, 'Key') === key);
  return at(found, 'Value');
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const statements = (document: unknown): Statement[] => list(at(document, 'Statement')) as Statement[];

/** Of the policies that stand in a role. */
export const grants = ({ Properties }: Resource): Statement[] =>
  list(Properties.Policies).flatMap((policy) => statements(at(policy, 'PolicyDocument')));

/** Whether a policy of that type which means the resource refuses everybody who comes without TLS. */
export function refusesPlainText(template: Template, type: string, target: string, name: string): boolean {
  return ofType(template, type).some(
    ([, { Properties }]) =>
      list(Properties[target]).some((one) => means(one, name)) &&
      statements(Properties.PolicyDocument).some(isTlsOnly),
  );
}

export function isTlsOnly({ Effect, Principal, Condition }: Statement): boolean {
  const isEverybody = Principal === '*' || at(Principal, 'AWS') === '*';
  return Effect === 'Deny' && isEverybody && String(Condition?.Bool?.['aws:SecureTransport']) === 'false';
}
