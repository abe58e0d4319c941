import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient, TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Employee } from './employee.ts';
import { employeeIn, employeeKey, rowItems } from './items.ts';

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** How often a transaction is tried that another one was in the way of. */
const ATTEMPTS = 4;

/** The employees, one by one. A change is refused when the employee is no longer as the one who changes it saw them. */
export class Employees {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(documents: DynamoDBDocumentClient, table: string) {
    this.#documents = documents;
    this.#table = table;
  }

  /** As of the last write. */
  async get(id: string): Promise<Employee | undefined> {
    const input = { TableName: this.#table, Key: employeeKey(id), ConsistentRead: true };
    const { Item } = await this.#documents.send(new GetCommand(input));
    return Item === undefined ? undefined : employeeIn(Item);
  }

  /** Whether the table can be read: cheap, of one item that need not be there. */
  async reach(): Promise<void> {
    await this.#documents.send(new GetCommand({ TableName: this.#table, Key: employeeKey('none') }));
  }

  /** @returns false if there is one with that id already */
  add(employee: Employee): Promise<boolean> {
    const condition = { ConditionExpression: 'attribute_not_exists(pk)' };
    return this.#write([
      { Put: { TableName: this.#table, Item: itemOf(employee), ...condition } },
      ...this.#puts(employee),
    ]);
  }

  /**
   * Puts `after` in the place of `before`.
   *
   * @returns false if `before` is no longer what is there
   */
  change(before: Employee, after: Employee): Promise<boolean> {
    return this.#write([
      { Put: { TableName: this.#table, Item: itemOf(after), ...isStill(before) } },
      ...this.#puts(after),
      ...this.#deletes(before, after),
    ]);
  }

  /** @returns false if the employee is no longer what is there */
  remove(employee: Employee): Promise<boolean> {
    return this.#write([
      { Delete: { TableName: this.#table, Key: employeeKey(employee.id), ...isStill(employee) } },
      ...this.#deletes(employee),
    ]);
  }

  #puts(employee: Employee): Writes {
    return rowItems(employee).map((Item) => ({ Put: { TableName: this.#table, Item } }));
  }

  /** Of the rows that `before` had and `after` has not. */
  #deletes(before: Employee, after?: Employee): Writes {
    const kept = new Set((after === undefined ? [] : rowItems(after)).map(({ pk, sk }) => `${pk} ${sk}`));
    return rowItems(before)
      .filter(({ pk, sk }) => !kept.has(`${pk} ${sk}`))
      .map(({ pk, sk }) => ({ Delete: { TableName: this.#table, Key: { pk, sk } } }));
  }

  async #write(writes: Writes): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#documents.send(new TransactWriteCommand({ TransactItems: writes }));
        return true;
      } catch (error) {
        const codes = cancellations(error);
        if (codes.includes('ConditionalCheckFailed')) return false;
        if (!codes.includes('TransactionConflict') || attempt === ATTEMPTS) throw error;
      }
    }
  }
}

function itemOf(employee: Employee) {
  return { ...employeeKey(employee.id), ...employee };
}

function isStill({ version }: Employee) {
  return {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': version },
  };
}

function cancellations(error: unknown): string[] {
  if (!(error instanceof TransactionCanceledException)) return [];
  return (error.CancellationReasons ?? []).flatMap(({ Code }) => Code ?? []);
}
