import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type {
  Property,
  PropertyType as SpecType,
  Resource,
  SpecDatabase,
  TypeDefinition,
} from '@aws-cdk/service-spec-types';
import type { PropertyModel, PropertyModels, PropertyType, ResourceTypes } from './model.ts';

/**
 * What AWS's service specification says of some resource types. The whole specification takes a second and
 * 200 MB to load, so the cloud runs on this extract.
 *
 * @throws Error for a type that AWS does not have
 */
export function extractResourceTypes(names: readonly string[]): ResourceTypes {
  const database = loadAwsServiceSpecSync();
  const definitions: Record<string, PropertyModels> = {};
  const types = names.map((name) => {
    const resource = database.lookup('resource', 'cloudFormationType', 'equals', name).only();
    const extractor = new Extractor(database, resource, definitions);
    return [name, { attributes: attributesOf(resource), properties: extractor.models(resource.properties) }];
  });
  return {
    source: '@aws-cdk/aws-service-spec, Apache-2.0, of AWS CloudFormation’s resource schemas',
    types: Object.fromEntries(types) as ResourceTypes['types'],
    definitions,
  };
}

/** Some types name a read-only attribute only as a part of their primary identifier. */
function attributesOf(resource: Resource): string[] {
  const identifiers = (resource.primaryIdentifier ?? []).filter((name) => !(name in resource.properties));
  return [...new Set([...Object.keys(resource.attributes), ...identifiers])].sort();
}

class Extractor {
  readonly #database: SpecDatabase;
  readonly #resource: Resource;
  readonly #definitions: Record<string, PropertyModels>;

  constructor(database: SpecDatabase, resource: Resource, definitions: Record<string, PropertyModels>) {
    this.#database = database;
    this.#resource = resource;
    this.#definitions = definitions;
  }

  models(properties: Readonly<Record<string, Property>>): PropertyModels {
    const names = Object.keys(properties).sort();
    return Object.fromEntries(
      names.flatMap((name) => {
        const property = properties[name];
        return property === undefined ? [] : [[name, this.#model(property)]];
      }),
    );
  }

  #model(property: Property): PropertyModel {
    const { causesReplacement } = property;
    return {
      type: this.#alternatives([property.type, ...(property.previousTypes ?? [])]),
      ...(property.required === true ? { required: true } : {}),
      ...(causesReplacement === 'yes' || causesReplacement === 'maybe'
        ? { replaces: causesReplacement }
        : {}),
    };
  }

  #alternatives(types: readonly SpecType[]): PropertyType {
    const distinct = new Map(
      types.map((type) => this.#type(type)).map((type) => [JSON.stringify(type), type]),
    );
    const [first = 'json', ...others] = distinct.values();
    return others.length === 0 ? first : { anyOf: [first, ...others] };
  }

  #type(type: SpecType): PropertyType {
    switch (type.type) {
      case 'string':
      case 'number':
      case 'integer':
      case 'boolean':
      case 'json':
        return type.type;
      case 'date-time':
        return 'string';
      case 'null':
        return 'json';
      case 'tag':
        return this.#tag();
      case 'array':
        return { list: this.#type(type.element) };
      case 'map':
        return { map: this.#type(type.element) };
      case 'union':
        return this.#alternatives(type.types);
      case 'ref':
        return this.#definition(this.#database.get('typeDefinition', type.reference.$ref));
    }
  }

  #definition(definition: TypeDefinition): PropertyType {
    const name = `${this.#resource.cloudFormationType}.${definition.name}`;
    if (!(name in this.#definitions)) {
      this.#definitions[name] = {};
      this.#definitions[name] = this.models(definition.properties);
    }
    return `#${name}`;
  }

  #tag(): PropertyType {
    this.#definitions['Tag'] = {
      Key: { type: 'string', required: true },
      Value: { type: 'string', required: true },
    };
    return '#Tag';
  }
}
