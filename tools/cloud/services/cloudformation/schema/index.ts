import { readFileSync } from 'node:fs';
import type { PropertyModels, ResourceModel, ResourceTypes } from './model.ts';

export type { PropertyModel, PropertyModels, PropertyType, ResourceModel } from './model.ts';

let loaded: ResourceTypes | undefined;

function resourceTypes(): ResourceTypes {
  const file = new URL('resource-types.json', import.meta.url);
  loaded ??= JSON.parse(readFileSync(file, 'utf8')) as ResourceTypes;
  return loaded;
}

/** What CloudFormation knows of a resource type, or undefined for one that this cloud does not provide. */
export function resourceModel(type: string): ResourceModel | undefined {
  const { types } = resourceTypes();
  return Object.hasOwn(types, type) ? types[type] : undefined;
}

/** The properties of a nested type, by its reference `#AWS::Service::Type.Name`. */
export function definition(reference: `#${string}`): PropertyModels {
  return resourceTypes().definitions[reference.slice(1)] ?? {};
}
