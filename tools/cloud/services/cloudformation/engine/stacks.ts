import type { Kernel } from '../../../kernel/index.ts';
import { AwsError, validationError } from '../../../kernel/index.ts';
import { Stack } from './stack.ts';

/** The account's stacks: those that live by name, and the deleted ones by id. */
export class Stacks {
  readonly #kernel: Kernel;
  readonly #all: Stack[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  all(): readonly Stack[] {
    return this.#all;
  }

  living(): Stack[] {
    return this.#all.filter((stack) => stack.status !== 'DELETE_COMPLETE');
  }

  add(name: string): Stack {
    const stack = new Stack(this.#kernel, name);
    this.#all.push(stack);
    return stack;
  }

  /** A living stack by its name, or any by its id. */
  find(nameOrId: string | undefined): Stack | undefined {
    return (
      this.living().find((stack) => stack.name === nameOrId) ??
      this.#all.find((stack) => stack.id === nameOrId)
    );
  }

  /** @throws AwsError ValidationError when there is no such stack */
  get(nameOrId: string | undefined): Stack {
    const stack = this.find(nameOrId);
    if (stack !== undefined) return stack;
    throw validationError(`Stack with id ${nameOrId ?? ''} does not exist`);
  }

  /** @throws AwsError AlreadyExistsException when the name is taken */
  checkNameIsFree(name: string): void {
    if (!/^[A-Za-z][-A-Za-z0-9]{0,127}$/.test(name)) {
      throw validationError(
        `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
      );
    }
    if (this.find(name) === undefined) return;
    throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
  }

  /** All exports, by name, with the stack that exports them. */
  exports(): Map<string, { value: string; stack: Stack }> {
    return new Map(
      this.living().flatMap((stack) =>
        stack.outputs.flatMap(({ ExportName: name, OutputValue: value }) =>
          name === undefined ? [] : [[name, { value, stack }] as const],
        ),
      ),
    );
  }

  importersOf(exportName: string): Stack[] {
    return this.living().filter((stack) => stack.imports.has(exportName));
  }
}
