import type {
  AttributeDefinition,
  CreateTableCommandInput,
  KeySchemaElement,
  ProvisionedThroughput,
  SSESpecification,
  Tag,
} from '@aws-sdk/client-dynamodb';
import type { Clock, Instant } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { KeyNames, Row } from './collection.ts';
import { Collection } from './collection.ts';
import { ExpiryBuckets } from './expiry.ts';
import type { Item } from './values.ts';
import { identityOf, sizeOfItem, sizeOfValue, typeOf, validation } from './values.ts';

const MAX_ITEM_BYTES = 400 * 1024;
const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;

/** A secondary index: its declaration, and the items that have its key. */
export interface Index {
  readonly name: string;
  readonly isGlobal: boolean;
  readonly keySchema: KeySchemaElement[];
  readonly projection: { ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; NonKeyAttributes?: string[] };
  readonly items: Collection;
  status: 'CREATING' | 'ACTIVE' | 'DELETING';
}

/** What can be changed on a table after its creation, as the API names it. */
export interface TableSettings {
  attributes: AttributeDefinition[];
  billingMode: 'PROVISIONED' | 'PAY_PER_REQUEST';
  throughput: ProvisionedThroughput | undefined;
  sse: SSESpecification | undefined;
  tableClass: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS';
  isDeletionProtected: boolean;
  pointInTimeRecovery: { isEnabled: boolean; days: number };
  tags: Tag[];
}

/** A table: its items, and each item's place in every index. */
export class Table {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAt: Instant;
  readonly keySchema: KeySchemaElement[];
  readonly items: Collection;
  readonly indexes = new Map<string, Index>();
  readonly expiry: ExpiryBuckets;
  settings: TableSettings;
  status: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING' = 'CREATING';

  constructor(
    identity: { name: string; arn: string; id: string; createdAt: Instant },
    keySchema: KeySchemaElement[],
    settings: TableSettings,
    clock: Clock,
  ) {
    this.name = identity.name;
    this.arn = identity.arn;
    this.id = identity.id;
    this.createdAt = identity.createdAt;
    this.keySchema = keySchema;
    this.settings = settings;
    this.items = new Collection(keyNames(keySchema));
    this.expiry = new ExpiryBuckets(clock, (key) => this.#expire(key));
  }

  /** @throws AwsError ValidationException when there is no such index */
  index(name: string): Index {
    const index = this.indexes.get(name);
    if (index === undefined) throw validation(`The table does not have the specified index: ${name}`);
    return index;
  }

  addIndex(declaration: IndexDeclaration, isGlobal: boolean): Index {
    const keySchema = declaration.KeySchema ?? [];
    const { ProjectionType: type = 'ALL', NonKeyAttributes: attributes } = declaration.Projection ?? {};
    const index: Index = {
      name: declaration.IndexName ?? '',
      isGlobal,
      keySchema,
      projection: { ProjectionType: type, ...(attributes ? { NonKeyAttributes: attributes } : {}) },
      items: new Collection(keyNames(keySchema), (item) => identityOf({ M: this.keyOf(item) })),
      status: 'ACTIVE',
    };
    for (const { item } of this.items.scan(undefined, { index: 0, total: 1 })) {
      if (index.items.includes(item)) index.items.put(item);
    }
    this.indexes.set(index.name, index);
    return index;
  }

  find(key: Item): Row | undefined {
    return this.items.find(key);
  }

  /** @throws AwsError ValidationException for an item that breaks the schema or a limit */
  put(item: Item): void {
    this.checkItem(item);
    this.#replace(this.items.find(item)?.item, item);
  }

  delete(key: Item): void {
    this.#replace(this.items.find(key)?.item, undefined);
  }

  keyOf(item: Item): Item {
    const key: Item = {};
    for (const { AttributeName: name } of this.keySchema) {
      const value = name === undefined ? undefined : item[name];
      if (name !== undefined && value !== undefined) key[name] = value;
    }
    return key;
  }

  /** @throws AwsError ValidationException for anything that is not exactly this table's key */
  checkKey(key: Item): void {
    const names = this.keySchema.map((element) => element.AttributeName ?? '');
    const fits = names.every((name) => {
      const value = key[name];
      return value !== undefined && typeOf(value) === this.#typeOfAttribute(name);
    });
    if (!fits || Object.keys(key).length !== names.length) {
      throw validation('The provided key element does not match the schema');
    }
    this.#checkKeySizes(key);
  }

  checkItem(item: Item): void {
    for (const { AttributeName: name = '' } of this.keySchema) {
      const value = item[name];
      const expected = this.#typeOfAttribute(name);
      if (value === undefined) {
        throw validation(`One or more parameter values were invalid: Missing the key ${name} in the item`);
      }
      if (typeOf(value) !== expected) {
        throw validation(
          `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${expected} actual: ${typeOf(value)}`,
        );
      }
    }
    this.#checkKeySizes(item);
    this.#checkIndexKeys(item);
    if (sizeOfItem(item) > MAX_ITEM_BYTES)
      throw validation('Item size has exceeded the maximum allowed size');
  }

  #replace(before: Item | undefined, after: Item | undefined): void {
    for (const collection of [this.items, ...[...this.indexes.values()].map((index) => index.items)]) {
      const stays = after !== undefined && collection.includes(after);
      if (before !== undefined && collection.includes(before) && !(stays && collection === this.items)) {
        collection.delete(before);
      }
      if (stays) collection.put(after);
    }
    if (after !== undefined) this.expiry.note(after, this.keyOf(after));
  }

  #expire(key: Item): void {
    const row = this.items.find(key);
    if (row !== undefined && this.expiry.isDue(row.item)) this.delete(key);
  }

  #checkKeySizes(item: Item): void {
    const { partition, sort } = this.items.key;
    for (const [name, limit, message] of [
      [
        partition,
        MAX_PARTITION_KEY_BYTES,
        'Size of hashkey has exceeded the maximum size limit of2048 bytes',
      ],
      [
        sort,
        MAX_SORT_KEY_BYTES,
        'Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
      ],
    ] as const) {
      const value = name === undefined ? undefined : item[name];
      if (name === undefined || value === undefined) continue;
      const bytes = sizeOfValue(value);
      if (bytes === 0) {
        const kind = 'B' in value ? 'binary' : 'string';
        throw validation(
          `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
        );
      }
      if (bytes > limit) throw validation(`One or more parameter values were invalid: ${message}`);
    }
  }

  #checkIndexKeys(item: Item): void {
    for (const index of this.indexes.values()) {
      for (const { AttributeName: name = '' } of index.keySchema) {
        const value = item[name];
        const expected = this.#typeOfAttribute(name);
        if (value === undefined || typeOf(value) === expected) continue;
        throw validation(
          `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${typeOf(value)} IndexName: ${index.name}`,
        );
      }
    }
  }

  #typeOfAttribute(name: string): string {
    const definition = this.settings.attributes.find((attribute) => attribute.AttributeName === name);
    return definition?.AttributeType ?? 'S';
  }
}

export type IndexDeclaration = Pick<
  NonNullable<CreateTableCommandInput['GlobalSecondaryIndexes']>[number],
  'IndexName' | 'KeySchema' | 'Projection'
>;

/** @throws AwsError ResourceNotFoundException for a table that is not (or no longer) there to be used */
export function usable(table: Table | undefined): Table {
  if (table === undefined || table.status === 'CREATING' || table.status === 'DELETING') {
    throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  }
  return table;
}

function keyNames(schema: readonly KeySchemaElement[]): KeyNames {
  const named = (type: string) => schema.find((element) => element.KeyType === type)?.AttributeName;
  return { partition: named('HASH') ?? '', sort: named('RANGE') };
}
