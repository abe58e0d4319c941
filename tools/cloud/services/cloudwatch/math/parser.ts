import { validationError } from '../../../kernel/index.ts';
import type { Token } from './tokens.ts';
import { tokenize } from './tokens.ts';

/** A metric math expression, read. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    };

/** Operators from the loosest to the tightest. */
const LEVELS: readonly (readonly string[])[] = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['<', '>', '<=', '>=', '==', '!='],
  ['+', '-'],
  ['*', '/'],
  ['^'],
];

/** @throws AwsError ValidationError */
export function parseExpression(text: string): Expression {
  const parser = new Parser(text);
  return parser.all();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  all(): Expression {
    const expression = this.#level(0);
    if (this.#at < this.#tokens.length) throw this.#error();
    return expression;
  }

  #level(depth: number): Expression {
    const operators = LEVELS[depth];
    if (operators === undefined) return this.#unary();
    let left = this.#level(depth + 1);
    for (;;) {
      const operator = operators.find((one) => this.#is(one));
      if (operator === undefined) return left;
      this.#at++;
      left = { kind: 'binary', operator, left, right: this.#level(depth + 1) };
    }
  }

  #unary(): Expression {
    if (!this.#is('-')) return this.#primary();
    this.#at++;
    return { kind: 'negate', operand: this.#unary() };
  }

  #primary(): Expression {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw this.#error();
    if (token.kind === 'number' || token.kind === 'text') return token;
    if (token.kind === 'name') return this.#named(token.value);
    if (token.value === '[') return { kind: 'list', items: this.#listUntil(']') };
    if (token.value !== '(') throw this.#error();
    const inner = this.#level(0);
    this.#expect(')');
    return inner;
  }

  #named(name: string): Expression {
    if (!this.#is('(')) return { kind: 'name', name };
    this.#at++;
    return { kind: 'call', name: name.toUpperCase(), args: this.#listUntil(')') };
  }

  #listUntil(end: string): Expression[] {
    const items: Expression[] = [];
    if (this.#is(end)) {
      this.#at++;
      return items;
    }
    items.push(this.#level(0));
    while (this.#is(',')) {
      this.#at++;
      items.push(this.#level(0));
    }
    this.#expect(end);
    return items;
  }

  #is(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind === 'sign') return token.value === word;
    return token?.kind === 'name' && /^[A-Z]+$/.test(word) && token.value === word;
  }

  #expect(word: string): void {
    if (!this.#is(word)) throw this.#error();
    this.#at++;
  }

  #error() {
    return validationError(`Error in expression '${this.#text}': Parse error`);
  }
}
