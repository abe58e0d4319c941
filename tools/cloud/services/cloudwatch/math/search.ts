/**
 * What a SEARCH expression looks for: `{AWS/EC2,InstanceId} MetricName="CPUUtilization" (web OR api)`.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
import { validationError } from '../../../kernel/index.ts';

/** A metric, as far as it can be searched for. */
export interface Searchable {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

type Term = (metric: Searchable) => boolean;

const WORD = /\s*(?:"([^"]*)"|([()])|(=)|([^\s()="{}]+))/y;

interface Word {
  readonly kind: 'exact' | 'sign' | 'plain';
  readonly text: string;
}

/** @throws AwsError ValidationError for what cannot be read as a search */
export function parseSearch(text: string): Term {
  const [matched, schema, terms = ''] = /^\s*(?:\{([^}]*)\}\s*,?)?(.*)$/s.exec(text) ?? [];
  if (matched === undefined || (schema === undefined && terms.trim() === '')) throw unreadable(text);
  const isOfSchema = schema === undefined ? () => true : schemaTerm(schema, text);
  const isFound = terms.trim() === '' ? () => true : new SearchParser(terms).all();
  return (metric) => isOfSchema(metric) && isFound(metric);
}

/** A metric of a schema has its namespace and just its dimensions. */
function schemaTerm(schema: string, text: string): Term {
  const [namespace = '', ...dimensions] = schema
    .split(',')
    .map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
  if (namespace === '' || dimensions.includes('')) throw unreadable(text);
  return (metric) =>
    metric.namespace === namespace &&
    Object.keys(metric.dimensions).length === dimensions.length &&
    dimensions.every((name) => Object.hasOwn(metric.dimensions, name));
}

/** `OR` binds loosest, then AND, which words side by side mean too, then NOT. */
class SearchParser {
  readonly #text: string;
  readonly #words: readonly Word[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#words = wordsOf(text);
  }

  all(): Term {
    const term = this.#either(everything);
    if (this.#at < this.#words.length) throw unreadable(this.#text);
    return term;
  }

  #either(of: Haystack): Term {
    const terms = [this.#both(of)];
    while (this.#takes('plain', 'OR')) terms.push(this.#both(of));
    return (metric) => terms.some((term) => term(metric));
  }

  #both(of: Haystack): Term {
    const terms = [this.#not(of)];
    while (this.#at < this.#words.length && !this.#is('plain', 'OR') && !this.#is('sign', ')')) {
      this.#takes('plain', 'AND');
      terms.push(this.#not(of));
    }
    return (metric) => terms.every((term) => term(metric));
  }

  #not(of: Haystack): Term {
    if (!this.#takes('plain', 'NOT')) return this.#single(of);
    const term = this.#not(of);
    return (metric) => !term(metric);
  }

  #single(of: Haystack): Term {
    const word = this.#words[this.#at++];
    if (word === undefined) throw unreadable(this.#text);
    if (word.kind === 'sign') return this.#grouped(word, of);
    if (this.#takes('sign', '=')) return this.#not(designated(word.text));
    return word.kind === 'exact' ? exactly(word.text, of) : partly(word.text, of);
  }

  #grouped({ text }: Word, of: Haystack): Term {
    if (text !== '(') throw unreadable(this.#text);
    const term = this.#either(of);
    if (!this.#takes('sign', ')')) throw unreadable(this.#text);
    return term;
  }

  #is(kind: Word['kind'], text: string): boolean {
    const word = this.#words[this.#at];
    return word?.kind === kind && word.text === text;
  }

  #takes(kind: Word['kind'], text: string): boolean {
    const is = this.#is(kind, text);
    if (is) this.#at++;
    return is;
  }
}

/** Where a word is looked for. */
type Haystack = (metric: Searchable) => readonly string[];

function everything({ namespace, name, dimensions }: Searchable): readonly string[] {
  return [namespace, name, ...Object.keys(dimensions), ...Object.values(dimensions)];
}

function designated(designator: string): Haystack {
  if (designator === 'MetricName') return ({ name }) => [name];
  if (designator === 'Namespace') return ({ namespace }) => [namespace];
  return ({ dimensions }) => (Object.hasOwn(dimensions, designator) ? [dimensions[designator] ?? ''] : []);
}

function exactly(text: string, of: Haystack): Term {
  return (metric) => of(metric).includes(text);
}

/** A partial match: each of the word's tokens is one of what is searched, whatever its case. */
function partly(text: string, of: Haystack): Term {
  const wanted = [...tokensOf(text)];
  return (metric) =>
    of(metric).some((candidate) => {
      const tokens = tokensOf(candidate);
      return wanted.every((token) => tokens.has(token));
    });
}

/** `EC2InstanceId/web-1` is made of its parts between signs, and of those between small letters and capitals, too. */
function tokensOf(text: string): Set<string> {
  const parts = text.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
  const words = parts.flatMap((part) => part.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/));
  return new Set([...parts, ...words].map((token) => token.toLowerCase()));
}

function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  const trimmed = text.trimEnd();
  let at = 0;
  while (at < trimmed.length) {
    WORD.lastIndex = at;
    const match = WORD.exec(trimmed);
    if (match === null) throw unreadable(text);
    const [, exact, bracket, equals, plain = ''] = match;
    if (exact !== undefined) words.push({ kind: 'exact', text: exact });
    else if (bracket !== undefined || equals !== undefined)
      words.push({ kind: 'sign', text: bracket ?? equals ?? '' });
    else words.push({ kind: 'plain', text: plain });
    at = WORD.lastIndex;
  }
  return words;
}

function unreadable(text: string) {
  return validationError(`Invalid SEARCH expression '${text.trim()}'.`);
}
