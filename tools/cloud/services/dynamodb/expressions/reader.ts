import type { Value } from '../values.ts';
import { validation } from '../values.ts';
import type { Placeholders } from './placeholders.ts';
import { isReservedWord } from './reserved-words.ts';

/** A document path: attribute names and list indices, `a.b[3]` → `['a', 'b', 3]`. */
export type Path = readonly (string | number)[];

const TOKEN = /\s*([#:]?[A-Za-z0-9_]+|<=|>=|<>|[=<>+\-(),.[\]])/y;

/** Reads one expression token by token; what all of DynamoDB's expression languages have in common. */
export class ExpressionReader {
  /** The expression's name in the request: `ConditionExpression`. */
  readonly where: string;
  readonly #tokens: readonly string[];
  readonly #placeholders: Placeholders;
  #position = 0;

  constructor(text: string, where: string, placeholders: Placeholders) {
    this.where = where;
    this.#placeholders = placeholders;
    if (text.trim() === '') throw this.error('The expression can not be empty;');
    this.#tokens = this.#tokenize(text);
  }

  peek(ahead = 0): string | undefined {
    return this.#tokens[this.#position + ahead];
  }

  next(): string {
    const token = this.#tokens[this.#position];
    if (token === undefined) throw this.syntaxError();
    this.#position++;
    return token;
  }

  /** Takes the token if it is the next one; words count in either case. */
  take(token: string): boolean {
    if (this.peek()?.toUpperCase() !== token) return false;
    this.#position++;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) throw this.syntaxError();
  }

  expectEnd(): void {
    if (this.peek() !== undefined) throw this.syntaxError();
  }

  /** One or more of `read`, separated by commas. */
  list<T>(read: () => T): T[] {
    const items = [read()];
    while (this.take(',')) items.push(read());
    return items;
  }

  path(): Path {
    const path: (string | number)[] = [this.#attributeName()];
    for (;;) {
      if (this.take('.')) path.push(this.#attributeName());
      else if (this.take('[')) {
        const index = this.next();
        if (!/^\d+$/.test(index)) throw this.syntaxError(-1);
        path.push(Number(index));
        this.expect(']');
      } else return path;
    }
  }

  /** The value of the `:placeholder` that comes next, or undefined when something else does. */
  value(): Value | undefined {
    if (!this.peek()?.startsWith(':')) return undefined;
    return this.#placeholders.value(this.next(), this.where);
  }

  error(message: string): Error {
    return validation(`Invalid ${this.where}: ${message}`);
  }

  syntaxError(offset = 0): Error {
    const at = this.#position + offset;
    const token = this.#tokens[at] ?? '<EOF>';
    const near = this.#tokens.slice(Math.max(0, at - 1), at + 2).join(' ');
    return this.error(`Syntax error; token: "${token}", near: "${near}"`);
  }

  #attributeName(): string {
    const token = this.next();
    if (token.startsWith('#')) return this.#placeholders.name(token, this.where);
    if (!/^[A-Za-z_]/.test(token)) throw this.syntaxError(-1);
    if (isReservedWord(token)) {
      throw this.error(`Attribute name is a reserved keyword; reserved keyword: ${token}`);
    }
    return token;
  }

  #tokenize(text: string): string[] {
    const tokens: string[] = [];
    const trimmed = text.trimEnd();
    TOKEN.lastIndex = 0;
    for (let end = 0; end < trimmed.length; end = TOKEN.lastIndex) {
      TOKEN.lastIndex = end;
      const [, token] = TOKEN.exec(trimmed) ?? [];
      if (token === undefined) {
        const [wrong = ''] = /\S/.exec(trimmed.slice(end)) ?? [];
        throw this.error(`Syntax error; token: "${wrong}", near: "${trimmed.slice(end, end + 10).trim()}"`);
      }
      tokens.push(token);
    }
    return tokens;
  }
}

/** `['a', 'b', 3]` → `[a, b, [3]]`, as DynamoDB writes paths in its messages. */
export function pathText(path: Path): string {
  return `[${path.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join(', ')}]`;
}
