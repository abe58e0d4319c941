import type { Kernel } from '../../../kernel/index.ts';
import { AwsError } from '../../../kernel/index.ts';
import { invalid } from '../settings.ts';
import type { DurableExecution, DurableStart } from './model.ts';
import { EXECUTION_ID } from './model.ts';

/** The account's durable executions, and the ways to find them. */
export class DurableExecutions {
  readonly #kernel: Kernel;
  readonly #byArn = new Map<string, DurableExecution>();
  /** By function and name: a name stands for one execution of a function. */
  readonly #byName = new Map<string, DurableExecution>();
  readonly #callbacks = new Map<string, { execution: DurableExecution; operationId: string }>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * A new execution, or the one that stands under the name already.
   *
   * @throws AwsError DurableExecutionAlreadyStartedException when that one was given another payload
   */
  open(start: DurableStart): { execution: DurableExecution; isNew: boolean } {
    const name = start.name ?? this.#kernel.ids.uuid();
    const known = this.#byName.get(nameKey(start, name));
    if (known === undefined) return { execution: this.#create(start, name), isNew: true };
    if (known.start.payload === start.payload) return { execution: known, isNew: false };
    throw new AwsError(
      'DurableExecutionAlreadyStartedException',
      `The durable execution ${name} has already been started with a different payload.`,
    );
  }

  find(executionArn: string | undefined): DurableExecution | undefined {
    return this.#byArn.get(executionArn ?? '');
  }

  /** @throws AwsError ResourceNotFoundException */
  get(executionArn: string | undefined): DurableExecution {
    const execution = this.find(executionArn);
    if (execution !== undefined) return execution;
    throw new AwsError('ResourceNotFoundException', `Durable execution not found: ${executionArn ?? 'null'}`);
  }

  /** All of a function's, in order of their start. */
  ofFunction(name: string): DurableExecution[] {
    return [...this.#byArn.values()].filter(({ start }) => start.target.fn.name === name);
  }

  delete(execution: DurableExecution): void {
    this.#byArn.delete(execution.arn);
    this.#byName.delete(nameKey(execution.start, execution.name));
    for (const { CallbackDetails } of execution.operations.values()) {
      this.#callbacks.delete(CallbackDetails?.CallbackId ?? '');
    }
  }

  /** The id of a new callback, by which anyone may answer it. */
  addCallback(execution: DurableExecution, operationId: string): string {
    const id = Buffer.from(`${execution.arn}#${this.#kernel.ids.uuid()}`).toString('base64');
    this.#callbacks.set(id, { execution, operationId });
    return id;
  }

  /** @throws AwsError InvalidParameterValueException when there is no such callback */
  callback(callbackId: string | undefined): { execution: DurableExecution; operationId: string } {
    const callback = this.#callbacks.get(callbackId ?? '');
    if (callback === undefined) throw invalid('Invalid callback id.');
    return callback;
  }

  #create(start: DurableStart, name: string): DurableExecution {
    const { ids, clock } = this.#kernel;
    const { fn, version } = start.target;
    const execution: DurableExecution = {
      arn: `${fn.arn}:${version.version}/durable-execution/${name}/${ids.uuid()}`,
      name,
      start,
      startedAt: clock.now(),
      status: 'RUNNING',
      operations: new Map(),
      untold: new Set(),
      timers: new Map(),
      heartbeats: new Map(),
      history: [],
      checkpointToken: '',
      isInvoking: false,
      hasNews: false,
      isScheduled: false,
      crashes: 0,
      whenEnded: [],
    };
    execution.operations.set(EXECUTION_ID, {
      Id: EXECUTION_ID,
      Name: name,
      Type: 'EXECUTION',
      Status: 'STARTED',
      StartTimestamp: clock.date(),
      ExecutionDetails: { InputPayload: start.payload },
    });
    this.#byArn.set(execution.arn, execution);
    this.#byName.set(nameKey(start, name), execution);
    return execution;
  }
}

function nameKey({ target }: DurableStart, name: string): string {
  return `${target.fn.name}/${name}`;
}
