import type { PropertyModels, PropertyType } from './index.ts';
import { definition } from './index.ts';

/** Why a resource's properties are not what its type takes; in CloudFormation's words. */
export class PropertyError extends Error {}

/**
 * A resource's properties as its type's schema has them: `"60"` becomes 60 where a number belongs, as
 * CloudFormation does for templates that say everything in strings.
 *
 * @throws PropertyError for a property that is unknown, missing, or of another shape
 */
export function conform(properties: Readonly<Record<string, unknown>>, models: PropertyModels): unknown {
  return conformObject(properties, models, '#');
}

function conformObject(
  value: Readonly<Record<string, unknown>>,
  models: PropertyModels,
  path: string,
): Record<string, unknown> {
  for (const [name, model] of Object.entries(models)) {
    if (model.required === true && value[name] === undefined) {
      throw new PropertyError(`${path}: required key [${name}] not found`);
    }
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const model = Object.hasOwn(models, name) ? models[name] : undefined;
      if (model === undefined) throw new PropertyError(`${path}: extraneous key [${name}] is not permitted`);
      return [name, conformValue(member, model.type, `${path}/${name}`)];
    }),
  );
}

function conformValue(value: unknown, type: PropertyType, path: string): unknown {
  if (typeof type === 'object') {
    if ('anyOf' in type) return conformAny(value, type.anyOf, path);
    if ('map' in type) {
      const entries = Object.entries(objectAt(value, path));
      return Object.fromEntries(
        entries.map(([key, member]) => [key, conformValue(member, type.map, `${path}/${key}`)]),
      );
    }
    if (!Array.isArray(value)) throw mismatch('JSONArray', value, path);
    return value.map((member: unknown, index) => conformValue(member, type.list, `${path}/${index}`));
  }
  if (type.startsWith('#')) {
    return conformObject(objectAt(value, path), definition(type as `#${string}`), path);
  }
  return conformScalar(value, type, path);
}

function conformAny(value: unknown, types: readonly PropertyType[], path: string): unknown {
  const failures: unknown[] = [];
  for (const type of types) {
    try {
      return conformValue(value, type, path);
    } catch (error) {
      if (!(error instanceof PropertyError)) throw error;
      failures.push(error);
    }
  }
  throw failures[0];
}

function conformScalar(value: unknown, type: PropertyType, path: string): unknown {
  if (type === 'json') return value;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw mismatch(capitalised(type), value, path);
  }
  if (type === 'string') return String(value);
  if (type === 'boolean') {
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw mismatch('Boolean', value, path);
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const fits =
    typeof number === 'number' && (type === 'integer' ? Number.isInteger(number) : !Number.isNaN(number));
  if (!fits) throw mismatch(capitalised(type), value, path);
  return number;
}

function objectAt(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw mismatch('JSONObject', value, path);
}

function mismatch(expected: string, value: unknown, path: string): PropertyError {
  const found = Array.isArray(value) ? 'JSONArray' : typeof value === 'object' ? 'JSONObject' : typeof value;
  return new PropertyError(`${path}: expected type: ${expected}, found: ${capitalised(found)}`);
}

function capitalised(text: unknown): string {
  const word = String(text);
  return word.charAt(0).toUpperCase() + word.slice(1);
}
