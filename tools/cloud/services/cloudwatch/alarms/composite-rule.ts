import { validationError } from '../../../kernel/index.ts';
import type { StateValue } from './alarm.ts';

/** The rule of a composite alarm, read. */
export type AlarmRule =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'state'; readonly state: StateValue; readonly alarm: string }
  | { readonly kind: 'not'; readonly operand: AlarmRule }
  | { readonly kind: 'and' | 'or'; readonly left: AlarmRule; readonly right: AlarmRule };

const TOKEN =
  /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]+)"|([^)"]*[^)"\s]))\s*\)|(AND|OR|NOT|TRUE|FALSE|[()]))/y;

type Token =
  | { readonly kind: 'state'; readonly state: StateValue; readonly alarm: string }
  | { readonly kind: 'word'; readonly word: string };

/**
 * Reads `ALARM("a") AND NOT (OK(b) OR INSUFFICIENT_DATA("c"))`; alarms go by name or ARN and are returned by name.
 *
 * @throws AwsError ValidationError
 */
export function parseRule(text: string): AlarmRule {
  const tokens = tokenize(text);
  let at = 0;
  const isNext = (word: string) => {
    const token = tokens[at];
    return token?.kind === 'word' && token.word === word;
  };
  const binary = (word: 'AND' | 'OR', operand: () => AlarmRule) => (): AlarmRule => {
    let left = operand();
    while (isNext(word)) {
      at++;
      left = { kind: word === 'AND' ? 'and' : 'or', left, right: operand() };
    }
    return left;
  };
  const unary = (): AlarmRule => {
    const token = tokens[at++];
    if (token?.kind === 'state') return token;
    if (token?.word === 'NOT') return { kind: 'not', operand: unary() };
    if (token?.word === 'TRUE' || token?.word === 'FALSE') {
      return { kind: 'constant', value: token.word === 'TRUE' };
    }
    if (token?.word !== '(') throw malformed(text);
    const inner = rule();
    if (!isNext(')')) throw malformed(text);
    at++;
    return inner;
  };
  const rule = binary('OR', binary('AND', unary));
  const whole = rule();
  if (at < tokens.length) throw malformed(text);
  return whole;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const rest = text.trimEnd();
  let at = 0;
  while (at < rest.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(rest);
    if (match === null) throw malformed(text);
    const [, state, quoted, bare, word] = match;
    if (word !== undefined) tokens.push({ kind: 'word', word });
    else tokens.push({ kind: 'state', state: state as StateValue, alarm: nameOf(quoted ?? bare ?? '') });
    at = TOKEN.lastIndex;
  }
  return tokens;
}

/** An alarm's name from its name or ARN. */
export function nameOf(nameOrArn: string): string {
  return nameOrArn.replace(/^arn:aws:cloudwatch:[^:]*:\d*:alarm:/, '');
}

/** Names of the alarms that a rule looks at, each once. */
export function childrenOf(rule: AlarmRule): string[] {
  switch (rule.kind) {
    case 'constant':
      return [];
    case 'state':
      return [rule.alarm];
    case 'not':
      return childrenOf(rule.operand);
    default:
      return [...new Set([...childrenOf(rule.left), ...childrenOf(rule.right)])];
  }
}

/** Whether a rule holds; an alarm that is gone is in no state. */
export function ruleHolds(rule: AlarmRule, stateOf: (alarm: string) => StateValue | undefined): boolean {
  switch (rule.kind) {
    case 'constant':
      return rule.value;
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'not':
      return !ruleHolds(rule.operand, stateOf);
    case 'and':
      return ruleHolds(rule.left, stateOf) && ruleHolds(rule.right, stateOf);
    case 'or':
      return ruleHolds(rule.left, stateOf) || ruleHolds(rule.right, stateOf);
  }
}

function malformed(text: string) {
  return validationError(`Invalid AlarmRule: ${text}`);
}
