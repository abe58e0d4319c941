const TOKEN = /\\p\{Print\}|\\.|./gsu;

/**
 * Turns a pattern of AWS's models, which is Java's, into ours. It must match a whole value, as Java's
 * `Matcher.matches` does.
 *
 * @throws SyntaxError for what JavaScript has no equal of, such as possessive quantifiers
 */
export function compilePattern(java: string): RegExp {
  const ignoresCase = java.startsWith('(?i)');
  const source = translate(ignoresCase ? java.slice('(?i)'.length) : java);
  return new RegExp(`^(?:${source})$`, ignoresCase ? 'iu' : 'u');
}

/** Java takes `\-` everywhere and a bare hyphen after a class in brackets (`[\w-_]`); Unicode mode takes neither. */
function translate(java: string): string {
  let isInBrackets = false;
  let previous = '';
  let source = '';
  for (const [token] of java.matchAll(TOKEN)) {
    if (token === '[') isInBrackets = true;
    else if (token === ']') isInBrackets = false;
    source += translateToken(token, isInBrackets, previous);
    previous = token;
  }
  return source;
}

function translateToken(token: string, isInBrackets: boolean, previous: string): string {
  if (token === String.raw`\p{Print}`) return isInBrackets ? String.raw`\x20-\x7E` : String.raw`[\x20-\x7E]`;
  if (token === '-' && isInBrackets && /^\\[dsw]$/.test(previous)) return String.raw`\-`;
  if (token === String.raw`\-` && !isInBrackets) return '-';
  return isNeedlessEscape(token) ? token.slice(1) : token;
}

/** `\@`, `\_`: errors in Unicode mode. */
function isNeedlessEscape(token: string): boolean {
  return /^\\[^0-9A-Za-z^$\\.*+?()[\]{}|/-]/.test(token);
}
