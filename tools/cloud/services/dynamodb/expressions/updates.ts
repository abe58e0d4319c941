import { addNumbers, subtractNumbers } from '../decimal.ts';
import type { Item, Value, ValueType } from '../values.ts';
import { base64, typeOf, validation } from '../values.ts';
import { checkTypes } from './checks.ts';
import { checkNoOverlap, valueAt, withValueAt } from './paths.ts';
import type { Path } from './reader.ts';
import { ExpressionReader } from './reader.ts';
import type { Placeholders } from './placeholders.ts';

type Source =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: Source }
  | { readonly kind: 'list_append' | '+' | '-'; readonly first: Source; readonly second: Source };

type Action =
  | { readonly kind: 'SET'; readonly path: Path; readonly to: Source }
  | { readonly kind: 'REMOVE'; readonly path: Path }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: Path; readonly value: Value };

/** A parsed update expression: its actions, on paths that do not overlap. */
export type Update = readonly Action[];

/** What ADD and DELETE call the types in their complaints. */
const TYPE_WORDS: Readonly<Record<ValueType, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  L: 'LIST',
  M: 'MAP',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
};

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;

/** @throws AwsError ValidationException for what is not an update expression */
export function parseUpdate(text: string, placeholders: Placeholders): Update {
  const reader = new ExpressionReader(text, 'UpdateExpression', placeholders);
  const update: Action[] = [];
  const seen = new Set<string>();
  while (reader.peek() !== undefined) {
    const section = SECTIONS.find((name) => reader.take(name));
    if (section === undefined) throw reader.syntaxError();
    if (seen.has(section)) {
      throw reader.error(`The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    update.push(...reader.list(() => parseAction(reader, section)));
  }
  checkNoOverlap(
    update.map((action) => action.path),
    'UpdateExpression',
  );
  return update;
}

function parseAction(reader: ExpressionReader, kind: (typeof SECTIONS)[number]): Action {
  const path = reader.path();
  if (kind === 'REMOVE') return { kind, path };
  if (kind === 'SET') {
    reader.expect('=');
    return { kind, path, to: parseSource(reader) };
  }
  const value = reader.value();
  if (value === undefined) throw reader.syntaxError();
  const allowed = kind === 'ADD' ? ['N', 'SS', 'NS', 'BS'] : ['SS', 'NS', 'BS'];
  if (!allowed.includes(typeOf(value))) {
    throw reader.error(
      `Incorrect operand type for operator or function; operator: ${kind}, operand type: ${TYPE_WORDS[typeOf(value)]}, typeSet: ALLOWED_FOR_${kind}_OPERAND`,
    );
  }
  return { kind, path, value };
}

function parseSource(reader: ExpressionReader): Source {
  const first = parseTerm(reader);
  for (const operator of ['+', '-'] as const) {
    if (!reader.take(operator)) continue;
    const second = parseTerm(reader);
    checkSources(reader, operator, 'N', first, second);
    return { kind: operator, first, second };
  }
  return first;
}

function parseTerm(reader: ExpressionReader): Source {
  const value = reader.value();
  if (value !== undefined) return { kind: 'value', value };
  if (reader.take('(')) {
    const source = parseSource(reader);
    reader.expect(')');
    return source;
  }
  return reader.peek(1) === '(' ? parseFunction(reader) : { kind: 'path', path: reader.path() };
}

function parseFunction(reader: ExpressionReader): Source {
  const name = reader.next();
  reader.expect('(');
  if (name === 'if_not_exists') {
    const path = reader.path();
    reader.expect(',');
    const otherwise = parseSource(reader);
    reader.expect(')');
    return { kind: name, path, otherwise };
  }
  if (name !== 'list_append') throw reader.error(`Invalid function name; function: ${name}`);
  const first = parseSource(reader);
  reader.expect(',');
  const second = parseSource(reader);
  reader.expect(')');
  checkSources(reader, name, 'L', first, second);
  return { kind: name, first, second };
}

function checkSources(reader: ExpressionReader, name: string, type: ValueType, ...sources: Source[]): void {
  const constants = sources.filter((source) => source.kind === 'value');
  checkTypes(reader, name, constants, new Set([type]));
}

/**
 * The item after an update. All sources are read from the item as it was before.
 *
 * @throws AwsError ValidationException when an operand is missing or of a wrong type, or a path leads nowhere
 */
export function applyUpdate(update: Update, before: Item): Item {
  const sets = update.filter((action) => action.kind === 'SET');
  const values = sets.map(({ path, to }) => ({ path, value: read(to, before) }));
  let item = before;
  for (const { path, value } of values) item = withValueAt(item, path, value);
  for (const action of update) {
    if (action.kind === 'ADD') item = withValueAt(item, action.path, added(before, action));
    else if (action.kind === 'DELETE') item = withoutMembers(item, before, action);
  }
  for (const path of removalOrder(update)) {
    const parent = path.length > 1 ? valueAt(before, path.slice(0, -1)) : { M: before };
    if (parent === undefined || !(typeof path.at(-1) === 'number' ? 'L' in parent : 'M' in parent))
      throw invalidPath();
    if (valueAt(item, path) !== undefined) item = withValueAt(item, path, undefined);
  }
  return item;
}

/** Later members of a list first, so that removing one does not move another. */
function removalOrder(update: Update): Path[] {
  const paths = update.filter((action) => action.kind === 'REMOVE').map((action) => action.path);
  return paths.sort((a, b) => {
    const [x, y] = [a.at(-1), b.at(-1)];
    return typeof x === 'number' && typeof y === 'number' ? y - x : 0;
  });
}

function read(source: Source, item: Item): Value {
  switch (source.kind) {
    case 'value':
      return source.value;
    case 'path':
      return existing(valueAt(item, source.path));
    case 'if_not_exists':
      return valueAt(item, source.path) ?? read(source.otherwise, item);
    case 'list_append': {
      const [first, second] = [read(source.first, item), read(source.second, item)];
      if (!('L' in first) || !('L' in second)) throw wrongType();
      return { L: [...first.L, ...second.L] };
    }
    case '+':
    case '-': {
      const [first, second] = [read(source.first, item), read(source.second, item)];
      if (!('N' in first) || !('N' in second)) throw wrongType();
      return { N: (source.kind === '+' ? addNumbers : subtractNumbers)(first.N, second.N) };
    }
  }
}

function existing(value: Value | undefined): Value {
  if (value !== undefined) return value;
  throw validation('The provided expression refers to an attribute that does not exist in the item');
}

function added(before: Item, { path, value }: { path: Path; value: Value }): Value {
  const old = valueAt(before, path);
  if (old === undefined) return value;
  if ('N' in old && 'N' in value) return { N: addNumbers(old.N, value.N) };
  if ('SS' in old && 'SS' in value) return { SS: [...new Set([...old.SS, ...value.SS])] };
  if ('NS' in old && 'NS' in value) return { NS: [...new Set([...old.NS, ...value.NS])] };
  if ('BS' in old && 'BS' in value) {
    return { BS: [...new Map([...old.BS, ...value.BS].map((member) => [base64(member), member])).values()] };
  }
  throw wrongType();
}

/** A set without some members; one that loses all of them is gone. */
function withoutMembers(item: Item, before: Item, { path, value }: { path: Path; value: Value }): Item {
  const old = valueAt(before, path);
  if (old === undefined) return item;
  const left = difference(old, value);
  return withValueAt(item, path, left);
}

function difference(old: Value, away: Value): Value | undefined {
  if ('SS' in old && 'SS' in away) {
    const SS = old.SS.filter((member) => !away.SS.includes(member));
    return SS.length > 0 ? { SS } : undefined;
  }
  if ('NS' in old && 'NS' in away) {
    const NS = old.NS.filter((member) => !away.NS.includes(member));
    return NS.length > 0 ? { NS } : undefined;
  }
  if ('BS' in old && 'BS' in away) {
    const gone = away.BS.map(base64);
    const BS = old.BS.filter((member) => !gone.includes(base64(member)));
    return BS.length > 0 ? { BS } : undefined;
  }
  throw wrongType();
}

function wrongType(): Error {
  return validation('An operand in the update expression has an incorrect data type');
}

function invalidPath(): Error {
  return validation('The document path provided in the update expression is invalid for update');
}
