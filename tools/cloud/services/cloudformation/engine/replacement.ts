import type { PropertyModels, PropertyType } from '../schema/index.ts';
import { definition } from '../schema/index.ts';
import type { Properties } from './stack.ts';

/** A property that differs between two versions of a resource, and whether that needs a new resource. */
export interface PropertyChange {
  /** `['DistributionConfig', 'Origins']`: the path of the outermost property that differs. */
  readonly name: string;
  readonly replaces: 'yes' | 'maybe' | 'no';
}

/** Which properties differ. Members of lists and maps are not told apart: any difference counts for the whole. */
export function changedProperties(
  before: Properties,
  after: Properties,
  models: PropertyModels,
): PropertyChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    if (isSame(old, now)) return [];
    const model = Object.hasOwn(models, name) ? models[name] : undefined;
    const own = model?.replaces ?? 'no';
    const nested = model === undefined ? 'no' : nestedReplacement(old, now, model.type);
    return [{ name, replaces: own === 'no' ? nested : own }];
  });
}

function nestedReplacement(before: unknown, after: unknown, type: PropertyType): PropertyChange['replaces'] {
  if (typeof type !== 'string' || !type.startsWith('#') || !isObject(before) || !isObject(after)) return 'no';
  const changes = changedProperties(before, after, definition(type as `#${string}`));
  if (changes.some((change) => change.replaces === 'yes')) return 'yes';
  return changes.some((change) => change.replaces === 'maybe') ? 'maybe' : 'no';
}

/** Whether two values are equal, whatever the order of their keys. */
export function isSame(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, member: unknown) =>
    isObject(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
