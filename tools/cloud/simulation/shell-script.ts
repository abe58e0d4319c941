/** A simple command of a script and whether it runs, by how the one before it ended. */
export interface Step {
  readonly when: 'always' | 'succeeded' | 'failed';
  readonly words: readonly string[];
  /** Where its output goes, if not to the caller. */
  readonly into?: { readonly path: string; readonly appends: boolean };
}

/** An operator, a redirection, or a word that may have quoted parts. */
const TOKEN =
  /\s*(?:(&&|\|\||;)|(\d*>>?\s*(?:&\d|(?:'[^']*'|"[^"]*"|[^\s;&|'"])+))|((?:'[^']*'|"[^"]*"|[^\s;&|'">])+))/y;

/**
 * Splits a script into its simple commands. It knows `;`, `&&`, `||`, quotes, comments and output into files, passes
 * over other redirections, and knows nothing else of a shell's grammar: no variables, pipes or control flow.
 *
 * @throws SyntaxError for what it does not know
 */
export function parseScript(script: string): Step[] {
  return script.split('\n').flatMap((line) => parseLine(line));
}

function parseLine(line: string): Step[] {
  const steps: Step[] = [];
  let words: string[] = [];
  let when: Step['when'] = 'always';
  let into: Step['into'];
  const end = (next: Step['when']) => {
    if (words.length > 0) steps.push({ when, words, ...(into === undefined ? {} : { into }) });
    words = [];
    into = undefined;
    when = next;
  };
  for (const token of tokens(line)) {
    if (token.startsWith('#')) break;
    if (token === ';') end('always');
    else if (token === '&&') end('succeeded');
    else if (token === '||') end('failed');
    else if (REDIRECTION.test(token)) into = target(token) ?? into;
    else words.push(unquoted(token));
  }
  end('always');
  return steps;
}

const REDIRECTION = /^\d*>/;

/** The file that standard output goes to by a redirection; undefined for all others, and for `/dev/null`. */
function target(redirection: string): Step['into'] {
  const match = /^1?>(>?)\s*([^&].*)$/.exec(redirection);
  const path = unquoted(match?.[2] ?? '');
  return match === null || path === '/dev/null' ? undefined : { path, appends: match[1] === '>' };
}

function* tokens(line: string): Iterable<string> {
  const text = line.trimEnd();
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`syntax error near '${text.slice(at).trim()}'`);
    const [, operator, redirection, word] = match;
    const token = operator ?? redirection ?? word;
    if (token !== undefined) yield token;
  }
}

function unquoted(word: string): string {
  return word.replace(
    /'([^']*)'|"([^"]*)"/g,
    (_, single?: string, double?: string) => single ?? double ?? '',
  );
}
