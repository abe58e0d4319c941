/** The type of a property: a scalar, `#Name` of a definition of the same file, or a composite of those. */
export type PropertyType =
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'json'
  | `#${string}`
  | { readonly list: PropertyType }
  | { readonly map: PropertyType }
  | { readonly anyOf: readonly PropertyType[] };

export interface PropertyModel {
  readonly type: PropertyType;
  readonly required?: true;
  /** Whether a change of it makes CloudFormation replace the resource. */
  readonly replaces?: 'yes' | 'maybe';
}

export type PropertyModels = Readonly<Record<string, PropertyModel>>;

export interface ResourceModel {
  /** What Fn::GetAtt may ask for. */
  readonly attributes: readonly string[];
  readonly properties: PropertyModels;
}

/** What CloudFormation knows of resource types, as {@link file://./resource-types.json} holds it. */
export interface ResourceTypes {
  readonly source: string;
  readonly types: Readonly<Record<string, ResourceModel>>;
  /** The properties of nested types, by `AWS::Service::Type.Name`. */
  readonly definitions: Readonly<Record<string, PropertyModels>>;
}
