import type { MessageAttributes } from '../../delivery/index.ts';
import { PatternError } from '../../delivery/pattern/filters.ts';
import type { Pattern } from '../../delivery/pattern/pattern.ts';
import { parsePattern } from '../../delivery/pattern/pattern.ts';
import { AwsError } from '../../kernel/index.ts';

/** What a filter policy is about: SNS's FilterPolicyScope. */
export type FilterScope = 'MessageAttributes' | 'MessageBody';

/** Whether a message passes a subscription's filter. */
export type MessageFilter = (message: string, attributes: MessageAttributes) => boolean;

/**
 * Reads a filter policy. `{}` lets everything pass.
 *
 * @throws AwsError InvalidParameter
 */
export function parseFilterPolicy(policy: string, scope: FilterScope): MessageFilter {
  const pattern = compile(policy);
  if (pattern === undefined) return () => true;
  if (scope === 'MessageAttributes') return (_message, attributes) => pattern(plain(attributes));
  return (message) => {
    const body = parseJson(message);
    return body !== undefined && pattern(body);
  };
}

function compile(policy: string): Pattern | undefined {
  if (/^\s*\{\s*\}\s*$/.test(policy)) return undefined;
  try {
    return parsePattern(policy);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new AwsError('InvalidParameter', `Invalid parameter: FilterPolicy: ${error.message}`);
  }
}

/** Attributes as values that a pattern matches: String, Number, and String.Array as a list. */
function plain(attributes: MessageAttributes): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { DataType: type, StringValue: value }]) => {
      if (value === undefined) return [];
      if (type.startsWith('Number')) return [[name, Number(value)]];
      return [[name, type === 'String.Array' ? (parseJson(value) ?? value) : value]];
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
