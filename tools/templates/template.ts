/** A CloudFormation template as `sls package` writes it, read without an account: what cannot be told is unknown. */
import { resolveValue } from './intrinsics.ts';
import type { Resource, Template } from './model.ts';
import { isRecord, UNKNOWN } from './model.ts';

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

/**
 * A template's resources; whatever in it is malformed is left out.
 *
 * @param template what its JSON stands for
 * @param pseudo what is known of pseudo parameters, such as the region that it is packaged for
 */
export function readTemplate(template: unknown, pseudo: Readonly<Record<string, string>> = {}): Template {
  const { Resources, Parameters } = recordOf(template);
  const resources = Object.entries(recordOf(Resources)).flatMap(([id, resource]) =>
    isRecord(resource) && typeof resource.Type === 'string' ? [resourceOf(id, resource.Type, resource)] : [],
  );
  return {
    resources: new Map(resources.map((resource) => [resource.id, resource])),
    parameters: recordOf(Parameters),
    pseudo,
  };
}

function resourceOf(id: string, type: string, resource: Record<string, unknown>): Resource {
  const { Properties, DependsOn, UpdatePolicy } = resource;
  return {
    id,
    type,
    properties: recordOf(Properties),
    dependsOn: [DependsOn].flat().filter((other) => typeof other === 'string'),
    updatePolicy: recordOf(UpdatePolicy),
  };
}

export function resourcesOf(template: Template, type: string): readonly Resource[] {
  return [...template.resources.values()].filter((resource) => resource.type === type);
}

/**
 * The value at a path of a resource's properties, with its intrinsic functions evaluated as far as a template allows.
 *
 * @returns undefined where there is none, UNKNOWN where only a deployment would tell
 */
export function valueAt(template: Template, root: unknown, ...path: readonly string[]): unknown {
  let value = resolveValue(root, template);
  for (const key of path) {
    if (value === UNKNOWN) return UNKNOWN;
    if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
    value = resolveValue(value[key], template);
  }
  return value;
}

/** The members of a list at a path; none where there is no list. */
export function listAt(template: Template, root: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = valueAt(template, root, ...path);
  return Array.isArray(value) ? value : [];
}

/**
 * A number at a path.
 *
 * @param absent what AWS takes where there is none
 * @returns undefined where it cannot be told
 */
export function numberAt(
  template: Template,
  root: unknown,
  path: readonly string[],
  absent: number | undefined,
): number | undefined {
  const value = valueAt(template, root, ...path);
  if (value === undefined) return absent;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** A text at a path, as {@link numberAt}. */
export function textAt(
  template: Template,
  root: unknown,
  path: readonly string[],
  absent?: string,
): string | undefined {
  const value = valueAt(template, root, ...path);
  if (value === undefined) return absent;
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

/** A flag at a path, as {@link numberAt}. CloudFormation takes `"true"` for true. */
export function flagAt(
  template: Template,
  root: unknown,
  path: readonly string[],
  absent: boolean,
): boolean | undefined {
  const value = valueAt(template, root, ...path);
  if (value === undefined) return absent;
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}
