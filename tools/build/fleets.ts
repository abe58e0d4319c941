/** fleets.yml as text: the only place that reads YAML. Functions are given the same as JSON. */
import type { Document } from 'yaml';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Configuration } from '../../shared/domain/index.ts';
import type { ParsedFleets } from '../../shared/config/fleets.ts';
import { parseFleets } from '../../shared/config/fleets.ts';
import type { Problem } from '../../shared/config/problems.ts';
import { problemLine } from '../../shared/config/problems.ts';

/** What is wrong in fleets.yml: one line each, with its place in the file. */
export class FleetsError extends Error {
  override readonly name = 'FleetsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads and checks the text of fleets.yml.
 *
 * @param file  its name, for messages
 * @returns the object that the YAML stands for, as it is given to functions: `parseFleets` takes it
 * @throws FleetsError with all that is wrong
 */
export function readFleets(text: string, file = 'fleets.yml'): unknown {
  return checked(text, file).object;
}

/** What the text of fleets.yml means, with every default filled in. As {@link readFleets} otherwise. */
export function fleetsOf(text: string, file = 'fleets.yml'): Configuration {
  return checked(text, file).configuration;
}

function checked(text: string, file: string): { object: unknown; configuration: Configuration } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new FleetsError(
      document.errors.map((error) => `${place(file, lines, error.pos[0])} ${error.message}`),
    );
  }
  const object = plainObject(document, file);
  const parsed: ParsedFleets = parseFleets(object);
  if ('problems' in parsed) {
    throw new FleetsError(parsed.problems.map((problem) => locatedLine(problem, file, lines, document)));
  }
  return { object, configuration: parsed.configuration };
}

/** Aliases that multiply beyond reason are an error of their own. */
function plainObject(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new FleetsError([`${file}:1:1 ${error instanceof Error ? error.message : String(error)}`]);
  }
}

function locatedLine(problem: Problem, file: string, lines: LineCounter, document: Document): string {
  return `${place(file, lines, offsetOf(document, problem.path))} ${problemLine(problem)}`;
}

/** Where a path, or as much of it as there is, stands in the text. */
function offsetOf(document: Document, path: Problem['path']): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function place(file: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${file}:${line}:${col}`;
}
