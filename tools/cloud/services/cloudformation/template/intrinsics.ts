import { cidrBlocks } from './cidr.ts';
import { TemplateError } from './errors.ts';
import type { Template } from './template.ts';

/** What a template's intrinsic functions are evaluated against. */
export interface Scope {
  readonly template: Template;
  /** Values of parameters and pseudo parameters, by name. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly zones: readonly string[];
  /** What `Ref` gives for a resource. */
  readonly ref: (logicalId: string) => unknown;
  readonly attribute: (logicalId: string, attribute: string) => unknown;
  readonly importValue: (exportName: string) => unknown;
}

/** Stands for `AWS::NoValue`: what holds it is left out. */
const NO_VALUE = Symbol('AWS::NoValue');

type Evaluate = (argument: unknown, resolver: Resolver) => unknown;

/** Evaluates the intrinsic functions of one template. */
export class Resolver {
  readonly scope: Scope;
  readonly #conditions = new Map<string, boolean>();

  constructor(scope: Scope) {
    this.scope = scope;
  }

  /**
   * A value with its functions evaluated; undefined for `AWS::NoValue`.
   *
   * @throws TemplateError for a function that cannot be evaluated
   */
  resolve(value: unknown): unknown {
    const resolved = this.evaluate(value);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  evaluate(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((member: unknown) => this.evaluate(member)).filter((member) => member !== NO_VALUE);
    }
    if (typeof value !== 'object' || value === null) return value;
    const call = intrinsicOf(value);
    if (call !== undefined) return call.evaluate(call.argument, this);
    const members = Object.entries(value)
      .map(([key, member]) => [key, this.evaluate(member)] as const)
      .filter(([, member]) => member !== NO_VALUE);
    return Object.fromEntries(members);
  }

  condition(name: string): boolean {
    const known = this.#conditions.get(name);
    if (known !== undefined) return known;
    const declared = this.scope.template.Conditions?.[name];
    if (declared === undefined) {
      throw new TemplateError(`Template format error: Unresolved condition dependency ${name}`);
    }
    const result = isTrue(this.evaluate(declared));
    this.#conditions.set(name, result);
    return result;
  }

  ref(name: string): unknown {
    if (name === 'AWS::NoValue') return NO_VALUE;
    const { values, ref } = this.scope;
    return values.has(name) ? values.get(name) : ref(name);
  }
}

/** The function that an object with one key calls, if it does. */
function intrinsicOf(value: object): { evaluate: Evaluate; argument: unknown } | undefined {
  const [entry, second] = Object.entries(value);
  if (entry === undefined || second !== undefined) return undefined;
  const [name, argument] = entry as [string, unknown];
  if (name === 'Condition' && typeof argument !== 'string') return undefined;
  const evaluate = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
  if (evaluate === undefined && name.startsWith('Fn::')) {
    throw new TemplateError(`Template format error: Unrecognized intrinsic function ${name}`);
  }
  return evaluate === undefined ? undefined : { evaluate, argument };
}

const INTRINSICS: Readonly<Record<string, Evaluate>> = {
  Ref: (name, resolver) => resolver.ref(text(name)),
  Condition: (name, resolver) => resolver.condition(text(name)),
  'Fn::GetAtt': (argument, resolver) => {
    const { resource, attribute } = attributeReference(resolver.evaluate(argument));
    return resolver.scope.attribute(resource, attribute);
  },
  'Fn::Sub': (argument, resolver) => substitute(argument, resolver),
  'Fn::Join': (argument, resolver) => {
    const [delimiter, parts] = list(argument, 'Fn::Join', 2);
    return strings(resolver.evaluate(parts), 'Fn::Join').join(text(delimiter));
  },
  'Fn::Split': (argument, resolver) => {
    const [delimiter, whole] = list(argument, 'Fn::Split', 2);
    return text(resolver.evaluate(whole)).split(text(delimiter));
  },
  'Fn::Select': (argument, resolver) => {
    const [index, from] = list(argument, 'Fn::Select', 2);
    const selected = list(resolver.evaluate(from), 'Fn::Select')[Number(resolver.evaluate(index))];
    if (selected !== undefined) return selected;
    throw new TemplateError(
      `Template error: Fn::Select cannot select nonexistent value at index ${text(index)}`,
    );
  },
  'Fn::If': (argument, resolver) => {
    const [name, then, otherwise] = list(argument, 'Fn::If', 3);
    return resolver.evaluate(resolver.condition(text(name)) ? then : otherwise);
  },
  'Fn::Equals': (argument, resolver) => {
    const [left, right] = list(resolver.evaluate(argument), 'Fn::Equals', 2);
    return JSON.stringify(asStrings(left)) === JSON.stringify(asStrings(right));
  },
  'Fn::Not': (argument, resolver) => !isTrue(list(resolver.evaluate(argument), 'Fn::Not', 1)[0]),
  'Fn::And': (argument, resolver) => list(resolver.evaluate(argument), 'Fn::And').every(isTrue),
  'Fn::Or': (argument, resolver) => list(resolver.evaluate(argument), 'Fn::Or').some(isTrue),
  'Fn::FindInMap': (argument, resolver) => findInMap(argument, resolver),
  'Fn::ImportValue': (name, resolver) => resolver.scope.importValue(text(resolver.evaluate(name))),
  'Fn::GetAZs': (_region, resolver) => [...resolver.scope.zones],
  'Fn::Base64': (value, resolver) => Buffer.from(text(resolver.evaluate(value))).toString('base64'),
  'Fn::Length': (value, resolver) => list(resolver.evaluate(value), 'Fn::Length').length,
  'Fn::ToJsonString': (value, resolver) => JSON.stringify(resolver.resolve(value)),
  'Fn::Cidr': (argument, resolver) => {
    const [block, count, bits = 8] = list(resolver.evaluate(argument), 'Fn::Cidr');
    return cidrBlocks(text(block), Number(count), Number(bits));
  },
};

/** `'Queue.Arn'` or `['Queue', 'Arn']`, in its two parts. */
export function attributeReference(argument: unknown): { resource: string; attribute: string } {
  const [resource, ...attribute] =
    typeof argument === 'string' ? argument.split('.') : list(argument, 'Fn::GetAtt');
  if (typeof resource === 'string' && attribute.length > 0) {
    return { resource, attribute: attribute.map(text).join('.') };
  }
  throw new TemplateError(
    'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
  );
}

/** The text of a Fn::Sub and its own variables. */
export function substitution(argument: unknown): { pattern: string; own: Readonly<Record<string, unknown>> } {
  const [pattern, own = {}] = typeof argument === 'string' ? [argument] : list(argument, 'Fn::Sub', 2);
  return { pattern: text(pattern), own: own as Record<string, unknown> };
}

/** `${name}` in a Fn::Sub, but not `${!literal}`. */
export const VARIABLE = /\$\{(!?)\s*([^}\s]+)\s*\}/g;

function substitute(argument: unknown, resolver: Resolver): string {
  const { pattern, own } = substitution(argument);
  return pattern.replace(VARIABLE, (_match, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (Object.hasOwn(own, name)) return text(resolver.evaluate(own[name]));
    if (!name.includes('.')) return text(resolver.ref(name));
    const { resource, attribute } = attributeReference(name);
    return text(resolver.scope.attribute(resource, attribute));
  });
}

function findInMap(argument: unknown, resolver: Resolver): unknown {
  const [map, first, second, fallback] = list(resolver.evaluate(argument), 'Fn::FindInMap');
  const [name, top, below] = [text(map), text(first), text(second)];
  const found = resolver.scope.template.Mappings?.[name]?.[top]?.[below];
  if (found !== undefined) return found;
  if (typeof fallback === 'object' && fallback !== null && 'DefaultValue' in fallback) {
    return fallback.DefaultValue;
  }
  throw new TemplateError(`Template error: Unable to get mapping for ${name}::${top}::${below}`);
}

function list(value: unknown, intrinsic: string, length?: number): unknown[] {
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value as unknown[];
  throw new TemplateError(
    length === undefined
      ? `Template error: ${intrinsic} requires a list argument`
      : `Template error: ${intrinsic} requires a list argument with ${length} members`,
  );
}

function strings(value: unknown, intrinsic: string): string[] {
  return list(value, intrinsic).map(text);
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(text).join(',');
  throw new TemplateError(`Template error: a string is needed where ${JSON.stringify(value)} stands`);
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

/** Numbers and booleans equal their texts, as templates say either. */
function asStrings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asStrings);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
