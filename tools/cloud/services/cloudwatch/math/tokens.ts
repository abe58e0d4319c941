import { validationError } from '../../../kernel/index.ts';

/** A word of a metric math expression. */
export type Token =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly value: string }
  | { readonly kind: 'sign'; readonly value: string };

const WORD =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|"([^"]*)"|'([^']*)'|([A-Za-z]\w*)|(<=|>=|==|!=|&&|\|\||[-+*/^()[\],<>]))/y;

/** @throws AwsError ValidationError at what is no word of metric math */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  const text = expression.trimEnd();
  let at = 0;
  while (at < text.length) {
    WORD.lastIndex = at;
    const match = WORD.exec(text);
    if (match === null) throw validationError(`Error in expression '${expression}' at position ${at}`);
    tokens.push(tokenOf(match));
    at = WORD.lastIndex;
  }
  return tokens;
}

function tokenOf([, number, double, single, name, sign]: RegExpExecArray): Token {
  if (number !== undefined) return { kind: 'number', value: Number(number) };
  if (name !== undefined) return { kind: 'name', value: name };
  if (sign !== undefined) return { kind: 'sign', value: sign };
  return { kind: 'text', value: double ?? single ?? '' };
}
