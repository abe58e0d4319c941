import type { CreateEventBusCommandInput } from '@aws-sdk/client-eventbridge';
import type { Instant, Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import type { Rule } from './rules.ts';

/** An event bus with its rules by name. */
export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly rules: Map<string, Rule>;
  /** Resource policy, JSON. */
  policy?: string;
  readonly settings: Pick<
    CreateEventBusCommandInput,
    'Description' | 'KmsKeyIdentifier' | 'DeadLetterConfig'
  >;
  readonly createdAt: Instant;
  modifiedAt: Instant;
}

export const DEFAULT_BUS = 'default';

/** The account's event buses; `default` is always there. */
export class Buses {
  readonly #kernel: Kernel;
  readonly #byName = new Map<string, Bus>();
  readonly default: Bus;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.default = this.create(DEFAULT_BUS, {});
  }

  /** @throws AwsError ResourceAlreadyExistsException */
  create(name: string, settings: Bus['settings']): Bus {
    if (this.#byName.has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
    }
    const now = this.#kernel.clock.now();
    const bus: Bus = {
      name,
      arn: arn(this.#kernel.account, 'events', `event-bus/${name}`),
      rules: new Map(),
      settings,
      createdAt: now,
      modifiedAt: now,
    };
    this.#byName.set(name, bus);
    return bus;
  }

  /** @throws AwsError ValidationException while the bus has rules, and for the default bus */
  delete(name: string): void {
    const bus = this.find(name);
    if (bus === undefined) return;
    if (bus === this.default) throw new AwsError('ValidationException', 'Cannot delete event bus default.');
    if (bus.rules.size > 0) {
      throw new AwsError('ValidationException', `EventBus ${name} can't be deleted since it has rules.`);
    }
    this.#byName.delete(bus.name);
  }

  /** By name or ARN; the default bus without either. */
  find(nameOrArn: string | undefined): Bus | undefined {
    return this.#byName.get((nameOrArn ?? DEFAULT_BUS).replace(/^arn:.*:event-bus\//, ''));
  }

  /** @throws AwsError ResourceNotFoundException */
  get(nameOrArn: string | undefined): Bus {
    const bus = this.find(nameOrArn);
    if (bus === undefined) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Event bus ${nameOrArn ?? DEFAULT_BUS} does not exist.`,
      );
    }
    return bus;
  }

  all(): Bus[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
