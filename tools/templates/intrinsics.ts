/**
 * CloudFormation's intrinsic functions, as far as a template alone answers them:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
import type { Template } from './model.ts';
import { isRecord, UNKNOWN } from './model.ts';

/** Functions call one another; a template that nests them deeper than this means nothing to anybody. */
const DEEPEST = 50;

type Evaluate = (argument: unknown, template: Template, depth: number) => unknown;

/** One level of a value: a function is evaluated, a plain object is returned as it is. `AWS::NoValue` is undefined. */
export function resolveValue(value: unknown, template: Template, depth = 0): unknown {
  if (typeof value === 'string') return value.includes('{{resolve:') ? UNKNOWN : value;
  if (!isRecord(value)) return value;
  const call = callOf(value);
  if (call === undefined) return value;
  if (depth > DEEPEST) return UNKNOWN;
  return call.evaluate(call.argument, template, depth + 1);
}

/**
 * The logical ids of the resources that a value names, by `Ref`, `Fn::GetAtt` or `Fn::Sub`, at any depth.
 */
export function resourcesNamedIn(value: unknown, template: Template): readonly string[] {
  const named = new Set<string>();
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) pending.push(...(next as unknown[]));
    if (!isRecord(next)) continue;
    for (const id of namedHere(next)) if (template.resources.has(id)) named.add(id);
    pending.push(...Object.values(next));
  }
  return [...named];
}

function namedHere(value: Record<string, unknown>): readonly string[] {
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Sub': sub } = value;
  const [text] = Array.isArray(sub) ? (sub as unknown[]) : [sub];
  return [
    ...(typeof ref === 'string' ? [ref] : []),
    ...(typeof attribute === 'string' ? [attribute.split('.')[0] ?? ''] : []),
    ...(Array.isArray(attribute) && typeof attribute[0] === 'string' ? [attribute[0]] : []),
    ...(typeof text === 'string'
      ? [...text.matchAll(VARIABLE)].map(([, name]) => name?.split('.')[0] ?? '')
      : []),
  ];
}

const VARIABLE = /\$\{([A-Za-z0-9:.]+)\}/g;

function callOf(value: Record<string, unknown>) {
  const [name, ...more] = Object.keys(value);
  if (name === undefined || more.length > 0) return undefined;
  const evaluate = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (evaluate !== undefined) return { evaluate, argument: value[name] };
  return name.startsWith('Fn::') ? { evaluate: () => UNKNOWN, argument: undefined } : undefined;
}

const FUNCTIONS: Readonly<Record<string, Evaluate>> = {
  Ref: (name, template) => (name === 'AWS::NoValue' ? undefined : reference(name, template)),
  'Fn::Sub': substitute,
  'Fn::Join': join,
  'Fn::Select': select,
  'Fn::If': either,
};

function reference(name: unknown, { parameters, pseudo }: Template): unknown {
  if (typeof name !== 'string') return UNKNOWN;
  if (Object.hasOwn(pseudo, name)) return pseudo[name];
  const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (!isRecord(parameter)) return UNKNOWN;
  const { Type: type, Default: value } = parameter;
  // A list, or the value of an SSM parameter, is not what the default says.
  return value === undefined || (type !== 'String' && type !== 'Number') ? UNKNOWN : value;
}

function substitute(argument: unknown, template: Template, depth: number): unknown {
  const [text, values] = Array.isArray(argument) ? (argument as unknown[]) : [argument, {}];
  if (typeof text !== 'string') return UNKNOWN;
  const own = isRecord(values) ? values : {};
  const unknown: string[] = [];
  const filled = text.replace(VARIABLE, (_, name: string) => {
    const value = Object.hasOwn(own, name)
      ? resolveValue(own[name], template, depth)
      : reference(name, template);
    if (typeof value !== 'string' && typeof value !== 'number') unknown.push(name);
    return String(value);
  });
  return unknown.length > 0 ? UNKNOWN : filled.replaceAll('${!', '${');
}

function join(argument: unknown, template: Template, depth: number): unknown {
  const [delimiter, list] = Array.isArray(argument) ? (argument as unknown[]) : [];
  const members = resolveValue(list, template, depth);
  if (typeof delimiter !== 'string' || !Array.isArray(members)) return UNKNOWN;
  const texts = members.map((member) => resolveValue(member, template, depth));
  const isKnown = texts.every((text) => typeof text === 'string' || typeof text === 'number');
  return isKnown ? texts.join(delimiter) : UNKNOWN;
}

function select(argument: unknown, template: Template, depth: number): unknown {
  const [index, list] = Array.isArray(argument) ? (argument as unknown[]) : [];
  const members = resolveValue(list, template, depth);
  const position = resolveValue(index, template, depth);
  const at = typeof position === 'symbol' ? NaN : Number(position);
  if (!Array.isArray(members) || !Number.isInteger(at) || at < 0 || at >= members.length) return UNKNOWN;
  return resolveValue(members[at], template, depth);
}

/** Conditions wait for a deployment: the value is known only where both branches agree. */
function either(argument: unknown, template: Template, depth: number): unknown {
  const [, one, other] = Array.isArray(argument) ? (argument as unknown[]) : [];
  const branches = [resolveValue(one, template, depth), resolveValue(other, template, depth)];
  const [first, second] = branches;
  const isPlain = typeof first === 'string' || typeof first === 'number' || typeof first === 'boolean';
  return isPlain && first === second ? first : UNKNOWN;
}
