/** YAML that people write, with every complaint at its place in the file. */
import type { Document } from 'yaml';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Problem } from '../../shared/config/problems.ts';
import { problemLine } from '../../shared/config/problems.ts';

/** What is wrong in a file: one line each, with its place. */
export class InvalidFileError extends Error {
  override readonly name = 'InvalidFileError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** What an object means, or all that is wrong in it. */
export type Parsed<Meaning> = { readonly meaning: Meaning } | { readonly problems: readonly Problem[] };

/**
 * Reads YAML and checks what it stands for.
 *
 * @param file  its name, for messages
 * @returns the object that the YAML stands for, and what that means
 * @throws InvalidFileError with all that is wrong
 */
export function readCheckedYaml<Meaning>(
  text: string,
  file: string,
  parse: (object: unknown) => Parsed<Meaning>,
): { readonly object: unknown; readonly meaning: Meaning } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new InvalidFileError(
      document.errors.map((error) => `${place(file, lines, error.pos[0])} ${error.message}`),
    );
  }
  const object = plainObject(document, file);
  const parsed = parse(object);
  if ('meaning' in parsed) return { object, meaning: parsed.meaning };
  throw new InvalidFileError(parsed.problems.map((problem) => locatedLine(problem, file, lines, document)));
}

/** Aliases that multiply beyond reason are an error of their own. */
function plainObject(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new InvalidFileError([`${file}:1:1 ${error instanceof Error ? error.message : String(error)}`]);
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
