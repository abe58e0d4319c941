import type { Item, Value } from '../values.ts';
import { validation } from '../values.ts';
import type { Path } from './reader.ts';
import { pathText } from './reader.ts';

/** What stands at a path, or undefined where nothing does. */
export function valueAt(item: Item, path: Path): Value | undefined {
  let value: Value | undefined = { M: item };
  for (const part of path) value = value === undefined ? undefined : memberOf(value, part);
  return value;
}

function memberOf(value: Value, part: string | number): Value | undefined {
  if (typeof part === 'number') return 'L' in value ? value.L[part] : undefined;
  return 'M' in value && Object.hasOwn(value.M, part) ? value.M[part] : undefined;
}

/**
 * A copy of the item with a value at a path; undefined takes it away. A list index past the end appends.
 *
 * @throws AwsError ValidationException when what the path leads through is not there
 */
export function withValueAt(item: Item, path: Path, value: Value | undefined): Item {
  const changed = replaced({ M: item }, path, value);
  return changed !== undefined && 'M' in changed ? changed.M : item;
}

function replaced(at: Value | undefined, path: Path, value: Value | undefined): Value | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (typeof part === 'number') {
    if (at === undefined || !('L' in at)) throw invalidPath();
    return { L: listWith(at.L, part, rest, value) };
  }
  if (at === undefined || !('M' in at)) throw invalidPath();
  const member = replaced(rest.length > 0 ? at.M[part] : undefined, rest, value);
  if (member !== undefined) return { M: { ...at.M, [part]: member } };
  return { M: Object.fromEntries(Object.entries(at.M).filter(([name]) => name !== part)) };
}

function listWith(list: readonly Value[], index: number, rest: Path, value: Value | undefined): Value[] {
  const member = replaced(rest.length > 0 ? list[index] : undefined, rest, value);
  if (member === undefined) return list.filter((_, at) => at !== index);
  if (index >= list.length) return [...list, member];
  return list.with(index, member);
}

function invalidPath(): Error {
  return validation('The document path provided in the update expression is invalid for update');
}

/** Only what stands at the paths, in the shape it has in the item: the answer of a projection. */
export function project(item: Item, paths: readonly Path[]): Item {
  const tree: PathTree = new Map();
  for (const path of paths) addPath(tree, path);
  return projectMap(item, tree);
}

/** Paths by their first part; a null leaf stands for "all from here on". */
type PathTree = Map<string | number, PathTree | null>;

function addPath(tree: PathTree, [part, ...rest]: Path): void {
  if (part === undefined) return;
  if (rest.length === 0) {
    tree.set(part, null);
    return;
  }
  const below = tree.get(part) ?? (new Map() as PathTree);
  tree.set(part, below);
  addPath(below, rest);
}

function projectMap(item: Item, tree: PathTree): Item {
  const projected: Item = {};
  for (const [part, below] of tree) {
    const value = typeof part === 'string' && Object.hasOwn(item, part) ? item[part] : undefined;
    const kept = value === undefined ? undefined : projectValue(value, below);
    if (kept !== undefined) projected[part] = kept;
  }
  return projected;
}

function projectValue(value: Value, tree: PathTree | null): Value | undefined {
  if (tree === null) return value;
  if ('M' in value) {
    const members = projectMap(value.M, tree);
    return Object.keys(members).length > 0 ? { M: members } : undefined;
  }
  if (!('L' in value)) return undefined;
  const kept = value.L.flatMap((member, index) => {
    const below = tree.get(index);
    const projected = below === undefined ? undefined : projectValue(member, below);
    return projected === undefined ? [] : [projected];
  });
  return kept.length > 0 ? { L: kept } : undefined;
}

/**
 * Refuses paths of which one contains another.
 *
 * @param where  the expression's name in the request: `UpdateExpression`
 */
export function checkNoOverlap(paths: readonly Path[], where: string): void {
  paths.forEach((path, index) => {
    for (const other of paths.slice(0, index)) {
      if (
        other.slice(0, path.length).every((part, at) => part === path[at]) ||
        path.slice(0, other.length).every((part, at) => part === other[at])
      ) {
        throw validation(
          `Invalid ${where}: Two document paths overlap with each other; must remove or rewrite one of these paths; ` +
            `path one: ${pathText(other)}, path two: ${pathText(path)}`,
        );
      }
    }
  });
}
