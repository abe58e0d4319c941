import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Property, PropertyType, Resource as Spec, SpecDatabase } from '@aws-cdk/service-spec-types';
import type { Case } from '../cases.ts';
import type { Finding, Judge } from '../finding.ts';

/**
 * CloudFormation's own registry of resource types, as AWS publishes it for the CDK: types, properties, what is
 * required, what a property may hold, and the attributes that `Fn::GetAtt` may ask for.
 */
export const serviceSpec: Judge = {
  tool: 'service-spec',
  judge: async (cases) => {
    const spec = loadAwsServiceSpecSync();
    return cases.flatMap((one) => judgeTemplate(one, spec));
  },
};

/** What is wrong, where: `Properties.Subnets[0]`. */
interface Fault {
  readonly rule: 'type' | 'property' | 'required' | 'value' | 'attribute';
  readonly message: string;
}

function judgeTemplate({ name, body }: Pick<Case, 'name' | 'body'>, spec: SpecDatabase): Finding[] {
  const specOf = (type: string): Spec | undefined =>
    spec.lookup('resource', 'cloudFormationType', 'equals', type)[0];
  return Object.entries(body.Resources).flatMap(([resource, { Type, Properties = {} }]) => {
    const known = specOf(Type);
    const faults: Fault[] =
      known === undefined
        ? [{ rule: 'type', message: `AWS knows no type ${Type}` }]
        : objectFaults(Properties, known.properties, spec, 'Properties');
    const attributes = askedAttributes(Properties).flatMap(([owner, attribute]) =>
      attributeFaults(owner, attribute, body.Resources[owner]?.Type, specOf),
    );
    return [...faults, ...attributes].map((fault) => ({
      tool: 'service-spec' as const,
      ...fault,
      resource,
      template: name,
    }));
  });
}

function objectFaults(
  given: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, Property>>,
  spec: SpecDatabase,
  path: string,
): Fault[] {
  const missing = Object.entries(known)
    .filter(([name, { required }]) => required === true && !(name in given))
    .map(([name]): Fault => ({ rule: 'required', message: `${path} lacks ${name}` }));
  const wrong = Object.entries(given).flatMap(([name, value]): Fault[] => {
    const property = known[name];
    if (property === undefined) return [{ rule: 'property', message: `${path} has no ${name}` }];
    const types = [property.type, ...(property.previousTypes ?? [])];
    return fewest(types.map((type) => valueFaults(value, type, spec, `${path}.${name}`)));
  });
  return [...missing, ...wrong];
}

function valueFaults(value: unknown, type: PropertyType, spec: SpecDatabase, path: string): Fault[] {
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case 'union':
      return fewest(type.types.map((one) => valueFaults(value, one, spec, path)));
    case 'array':
      if (!Array.isArray(value)) return [wrongValue(path, 'a list', value)];
      return value.flatMap((item, index) => valueFaults(item, type.element, spec, `${path}[${index}]`));
    case 'map':
      if (!isObject(value)) return [wrongValue(path, 'an object', value)];
      return Object.entries(value).flatMap(([key, item]) =>
        valueFaults(item, type.element, spec, `${path}.${key}`),
      );
    case 'ref': {
      if (!isObject(value)) return [wrongValue(path, 'an object', value)];
      return objectFaults(value, spec.get('typeDefinition', type.reference.$ref).properties, spec, path);
    }
    case 'tag':
      return isObject(value) && 'Key' in value && 'Value' in value ? [] : [wrongValue(path, 'a tag', value)];
    case 'json':
      return [];
    default:
      return scalarFaults(value, type, path);
  }
}

/** CloudFormation takes `'5'` for a number and `true` for a string. */
function scalarFaults(
  value: unknown,
  type: Exclude<PropertyType, { type: 'union' | 'array' | 'map' | 'ref' | 'tag' | 'json' }>,
  path: string,
): Fault[] {
  const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
  const allowed: readonly unknown[] | undefined = 'allowedValues' in type ? type.allowedValues : undefined;
  if (allowed !== undefined && isScalar && !allowed.some((one) => String(one) === String(value)))
    return [wrongValue(path, `one of ${allowed.join(', ')}`, value)];
  const fits = {
    string: isScalar,
    'date-time': isScalar,
    number: isScalar && value !== '' && Number.isFinite(Number(value)),
    integer: isScalar && value !== '' && Number.isInteger(Number(value)),
    boolean: ['true', 'false'].includes(String(value)),
    null: value === null,
  };
  return fits[type.type] ? [] : [wrongValue(path, `a value of type ${type.type}`, value)];
}

const wrongValue = (path: string, wanted: string, value: unknown): Fault => ({
  rule: 'value',
  message: `${path} wants ${wanted}, not ${JSON.stringify(value)}`,
});

/** Of the ways in which something may be meant, the one that explains it best. */
function fewest(ways: readonly Fault[][]): Fault[] {
  return ways.reduce((best, one) => (one.length < best.length ? one : best));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What only CloudFormation can work out. */
function isIntrinsic(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [name, ...others] = Object.keys(value);
  return name !== undefined && others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}

/** `[resource, attribute]` of every Fn::GetAtt below a value. */
function askedAttributes(value: unknown): [string, string][] {
  if (Array.isArray(value)) return value.flatMap(askedAttributes);
  if (!isObject(value)) return [];
  const asked = value['Fn::GetAtt'];
  if (Array.isArray(asked)) return [[String(asked[0]), asked.slice(1).join('.')]];
  return Object.values(value).flatMap(askedAttributes);
}

function attributeFaults(
  owner: string,
  attribute: string,
  type: string | undefined,
  specOf: (type: string) => Spec | undefined,
): Fault[] {
  if (type === undefined) return [{ rule: 'attribute', message: `There is no resource ${owner}` }];
  const known = specOf(type);
  if (known === undefined || attribute in known.attributes) return [];
  return [{ rule: 'attribute', message: `${type} has no attribute ${attribute}` }];
}
