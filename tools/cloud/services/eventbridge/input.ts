import type { Target } from '@aws-sdk/client-eventbridge';
import type { Instant } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { isObject } from '../../delivery/pattern/filters.ts';
import type { Envelope } from './envelope.ts';

/** What a transformer's reserved variables stand for. */
export interface InputContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ingestedAt: Instant;
}

/** The text that a target gets for an event: its Input, InputPath, InputTransformer, or the event itself. */
export function inputFor(target: Target, event: Envelope, context: InputContext): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputTransformer !== undefined) {
    const { InputPathsMap = {}, InputTemplate = '' } = target.InputTransformer;
    return transform(InputTemplate, variables(InputPathsMap, event, context));
  }
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(event, target.InputPath) ?? null);
  return JSON.stringify(event);
}

function variables(
  paths: Readonly<Record<string, string>>,
  event: Envelope,
  context: InputContext,
): ReadonlyMap<string, unknown> {
  const withoutDetail = Object.fromEntries(Object.entries(event).filter(([field]) => field !== 'detail'));
  const reserved: [string, unknown][] = [
    ['aws.events.rule-arn', context.ruleArn],
    ['aws.events.rule-name', context.ruleName],
    ['aws.events.event.ingestion-time', new Date(context.ingestedAt).toISOString()],
    ['aws.events.event', withoutDetail],
    ['aws.events.event.json', event],
  ];
  const own = Object.entries(paths).map(([name, path]): [string, unknown] => [name, valueAt(event, path)]);
  return new Map([...reserved, ...own]);
}

/** Inside quotes a variable is put in as text, outside as JSON; one without a value as nothing and as `""`. */
function transform(template: string, values: ReadonlyMap<string, unknown>): string {
  let inQuotes = false;
  return template.replace(/\\.|"|<([\w.-]+)>/g, (token, name: string | undefined) => {
    if (token === '"') inQuotes = !inQuotes;
    if (name === undefined || !values.has(name)) return token;
    const value = values.get(name);
    if (!inQuotes) return JSON.stringify(value ?? '');
    return JSON.stringify(textOf(value)).slice(1, -1);
  });
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}

const STEP = /^(?:\.([\w-]+)|\['([^']+)'\]|\[(\d+)\])/;

/** Checks a JSON path of the kind that EventBridge takes. @throws AwsError ValidationException */
export function checkPath(path: string): void {
  steps(path);
}

/** The value at `$.detail.instances[0].id`, or undefined. */
function valueAt(event: unknown, path: string): unknown {
  return steps(path).reduce<unknown>((value, step) => {
    if (typeof step === 'number') return Array.isArray(value) ? (value as unknown[])[step] : undefined;
    return isObject(value) ? value[step] : undefined;
  }, event);
}

function steps(path: string): (string | number)[] {
  const found: (string | number)[] = [];
  let rest = path.startsWith('$') ? path.slice(1) : undefined;
  while (rest !== undefined && rest !== '') {
    const [step, name, quoted, index] = STEP.exec(rest) ?? [];
    if (step === undefined) break;
    found.push(index === undefined ? (name ?? quoted ?? '') : Number(index));
    rest = rest.slice(step.length);
  }
  if (rest === '') return found;
  throw new AwsError('ValidationException', `Invalid JSONPath provided: ${path}`);
}
