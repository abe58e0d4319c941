import type {
  CreateTableCommandInput,
  DeleteTableCommandInput,
  DynamoDB,
  GlobalSecondaryIndexUpdate,
  TableDescription,
  UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { arn, AwsError, page } from '../../kernel/index.ts';
import { describeTable } from './describe.ts';
import type { IndexDeclaration, TableSettings } from './table.ts';
import { Table, usable } from './table.ts';
import { validation } from './values.ts';

/** What DynamoDB takes to make, change or delete a table, about. */
const TABLE_CHANGE = 5_000;

/** The account's tables, by name. */
export class Tables {
  readonly #kernel: Kernel;
  readonly #tables = new Map<string, Table>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** A table whose items can be read and written; by name or ARN. */
  usable(name: string | undefined): Table {
    return usable(this.#tables.get(plainName(name)));
  }

  /** A table in any state, for the operations that manage it. */
  managed(name: string | undefined): Table {
    const table = this.#tables.get(plainName(name));
    if (table !== undefined) return table;
    throw new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: Table: ${plainName(name)} not found`,
    );
  }

  /** The table with an ARN, for tagging. */
  byArn(tableArn: string | undefined): Table {
    const table = this.#tables.get(plainName(tableArn));
    if (table !== undefined) return table;
    throw new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: ResourcArn: ${tableArn ?? ''} not found`,
    );
  }

  names(): string[] {
    return [...this.#tables.keys()].sort();
  }

  create(input: CreateTableCommandInput): TableDescription {
    const name = input.TableName ?? '';
    if (this.#tables.has(name)) {
      throw new AwsError('ResourceInUseException', `Table already exists: ${name}`);
    }
    checkCreation(input);
    const { account, ids, clock } = this.#kernel;
    const identity = {
      name,
      arn: arn(account, 'dynamodb', `table/${name}`),
      id: ids.uuid(),
      createdAt: clock.now(),
    };
    const table = new Table(identity, input.KeySchema ?? [], settingsOf(input), clock);
    for (const index of input.LocalSecondaryIndexes ?? []) table.addIndex(index, false);
    for (const index of input.GlobalSecondaryIndexes ?? []) table.addIndex(index, true);
    this.#tables.set(name, table);
    clock.after(TABLE_CHANGE, () => (table.status = 'ACTIVE'));
    return describeTable(table);
  }

  update(input: UpdateTableCommandInput): TableDescription {
    const table = this.managed(input.TableName);
    refuseUnlessActive(table);
    refuseStream(input);
    const { settings } = table;
    settings.attributes = input.AttributeDefinitions ?? settings.attributes;
    settings.billingMode = input.BillingMode ?? settings.billingMode;
    settings.throughput = input.ProvisionedThroughput ?? settings.throughput;
    settings.sse = input.SSESpecification ?? settings.sse;
    settings.tableClass = input.TableClass ?? settings.tableClass;
    settings.isDeletionProtected = input.DeletionProtectionEnabled ?? settings.isDeletionProtected;
    for (const change of input.GlobalSecondaryIndexUpdates ?? []) this.#changeIndex(table, change);
    table.status = 'UPDATING';
    this.#kernel.clock.after(TABLE_CHANGE, () => (table.status = 'ACTIVE'));
    return describeTable(table);
  }

  delete(input: DeleteTableCommandInput): TableDescription {
    const table = this.managed(input.TableName);
    refuseUnlessActive(table);
    if (table.settings.isDeletionProtected) {
      throw validation(
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      );
    }
    table.status = 'DELETING';
    this.#kernel.clock.after(TABLE_CHANGE, () => this.#tables.delete(table.name));
    return describeTable(table);
  }

  #changeIndex(table: Table, { Create: create, Delete: gone }: GlobalSecondaryIndexUpdate): void {
    if (create !== undefined) {
      if (table.indexes.has(create.IndexName ?? '')) {
        throw validation(
          `One or more parameter values were invalid: Table already has an index with the name ${create.IndexName ?? ''}`,
        );
      }
      checkKeyAttributes(table.settings.attributes, [create]);
      const index = table.addIndex(create, true);
      index.status = 'CREATING';
      this.#kernel.clock.after(TABLE_CHANGE, () => (index.status = 'ACTIVE'));
    }
    if (gone !== undefined) {
      table.indexes.delete(table.index(gone.IndexName ?? '').name);
    }
  }
}

/** `arn:aws:dynamodb:…:table/NAME` → `NAME`; names stay. */
function plainName(nameOrArn: string | undefined): string {
  return (nameOrArn ?? '').replace(/^arn:[^/]*:table\//, '');
}

function refuseUnlessActive(table: Table): void {
  if (table.status === 'ACTIVE') return;
  throw new AwsError(
    'ResourceInUseException',
    `Attempt to change a resource which is still in use: Table is being ${{ CREATING: 'created', UPDATING: 'updated', DELETING: 'deleted' }[table.status]}: ${table.name}`,
  );
}

function refuseStream(input: Pick<CreateTableCommandInput, 'StreamSpecification'>): void {
  if (input.StreamSpecification?.StreamEnabled !== true) return;
  throw new AwsError('NotImplemented', 'DynamoDB Streams are not part of this local cloud.', { status: 501 });
}

function checkCreation(input: CreateTableCommandInput): void {
  refuseStream(input);
  const schema = input.KeySchema ?? [];
  if (!/^[\w.-]{3,255}$/.test(input.TableName ?? '')) {
    throw validation(
      'TableName must be at least 3 characters long and at most 255 characters long, of a-z, A-Z, 0-9, _, - and .',
    );
  }
  if (schema[0]?.KeyType !== 'HASH' || schema.length > 2 || (schema[1] && schema[1].KeyType !== 'RANGE')) {
    throw validation(
      'Invalid KeySchema: The first KeySchemaElement is not a HASH key type, or the second is not a RANGE key type',
    );
  }
  const declarations: IndexDeclaration[] = [
    ...(input.LocalSecondaryIndexes ?? []),
    ...(input.GlobalSecondaryIndexes ?? []),
  ];
  checkKeyAttributes(input.AttributeDefinitions ?? [], [{ KeySchema: schema }, ...declarations]);
  checkNoSpareAttributes(input.AttributeDefinitions ?? [], [{ KeySchema: schema }, ...declarations]);
  checkThroughput(input);
}

type Keyed = Pick<IndexDeclaration, 'KeySchema'>;

function checkKeyAttributes(attributes: TableSettings['attributes'], keyed: readonly Keyed[]): void {
  const defined = attributes.map((attribute) => attribute.AttributeName);
  for (const element of keyed.flatMap(({ KeySchema }) => KeySchema ?? [])) {
    if (defined.includes(element.AttributeName)) continue;
    throw validation(
      `One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [${element.AttributeName ?? ''}], AttributeDefinitions: [${defined.join(', ')}]`,
    );
  }
}

function checkNoSpareAttributes(attributes: TableSettings['attributes'], keyed: readonly Keyed[]): void {
  const used = new Set(keyed.flatMap(({ KeySchema }) => KeySchema ?? []).map((e) => e.AttributeName));
  if (attributes.every((attribute) => used.has(attribute.AttributeName))) return;
  throw validation(
    'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
  );
}

function checkThroughput({
  BillingMode: mode,
  ProvisionedThroughput: throughput,
}: CreateTableCommandInput): void {
  if (mode === 'PAY_PER_REQUEST' && throughput !== undefined) {
    throw validation(
      'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  if (mode !== 'PAY_PER_REQUEST' && throughput === undefined) {
    throw validation(
      'One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
}

function settingsOf(input: CreateTableCommandInput): TableSettings {
  return {
    attributes: input.AttributeDefinitions ?? [],
    billingMode: input.BillingMode ?? 'PROVISIONED',
    throughput: input.ProvisionedThroughput,
    sse: input.SSESpecification,
    tableClass: input.TableClass ?? 'STANDARD',
    isDeletionProtected: input.DeletionProtectionEnabled ?? false,
    pointInTimeRecovery: { isEnabled: false, days: 35 },
    tags: input.Tags ?? [],
  };
}

export function tableOperations(tables: Tables) {
  return {
    CreateTable: (input) => ({ TableDescription: tables.create(input) }),
    UpdateTable: (input) => ({ TableDescription: tables.update(input) }),
    DeleteTable: (input) => ({ TableDescription: tables.delete(input) }),
    DescribeTable: (input) => ({ Table: describeTable(tables.managed(input.TableName)) }),
    ListTables: (input) => {
      const names = tables.names();
      const start = input.ExclusiveStartTableName;
      const after = start === undefined ? names : names.filter((name) => name > start);
      const { items } = page(after, undefined, input.Limit ?? 100);
      const last = items.at(-1);
      return {
        TableNames: items,
        ...(items.length < after.length && last !== undefined ? { LastEvaluatedTableName: last } : {}),
      };
    },
  } satisfies Operations<DynamoDB>;
}
