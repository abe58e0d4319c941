import type { DynamoDBDocumentClient, QueryCommandInput, QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { cursorFor, sortKeyIn } from './cursor.ts';
import type { Row } from './employee.ts';
import type { RowItem } from './items.ts';
import { NAMES, rowIn, wordPartition } from './items.ts';
import { wordsIn } from './words.ts';

export interface Page {
  readonly rows: readonly Row[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
}

export const PAGE_SIZE = 20;

/** How many rows one request may look at for words that are rare among them. What is left is behind "more". */
const MOST_READ = 1000;
const READ_AT_ONCE = 200;

/** The employees as lists, always as of the last write. */
export class Listing {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(documents: DynamoDBDocumentClient, table: string) {
    this.#documents = documents;
    this.#table = table;
  }

  /** All employees by name: a page is one query of its rows. */
  async all(after?: string): Promise<Page> {
    const { Items = [] } = await this.#query(
      { pk: NAMES, begin: '', after: sortKeyIn(after) },
      PAGE_SIZE + 1,
    );
    return pageOf(Items as RowItem[]);
  }

  /**
   * Employees who have, for each word of the search, a word that begins with it. The longest word, as the rarest,
   * chooses the rows that are read, and the others are looked for in them.
   */
  async search(text: string, after?: string): Promise<Page> {
    const [rarest, ...others] = wordsIn(text).sort((one, other) => other.length - one.length);
    if (rarest === undefined) return this.all(after);
    const found: RowItem[] = [];
    let from = startIn(sortKeyIn(after), rarest);
    for (let read = 0; read < MOST_READ; read += READ_AT_ONCE) {
      const { Items = [], LastEvaluatedKey } = await this.#query(
        { pk: wordPartition(rarest), begin: rarest, after: from, others },
        READ_AT_ONCE,
      );
      found.push(...(Items as RowItem[]).filter((item) => isFirstHit(item, rarest)));
      from = LastEvaluatedKey?.['sk'] as string | undefined;
      if (from === undefined || found.length > PAGE_SIZE) return pageOf(found);
    }
    return { rows: found.map(rowIn), next: from === undefined ? undefined : cursorFor(from) };
  }

  #query(
    {
      pk,
      begin,
      after,
      others = [],
    }: { pk: string; begin: string; after: string | undefined; others?: string[] },
    Limit: number,
  ): Promise<QueryCommandOutput> {
    const wanted = others.map((word, index) => [`:other${index}`, ` ${word}`] as const);
    const input: QueryCommandInput = {
      TableName: this.#table,
      KeyConditionExpression: begin === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :begin)',
      ExpressionAttributeNames: {},
      ExpressionAttributeValues: {
        ':pk': pk,
        ...(begin !== '' && { ':begin': begin }),
        ...Object.fromEntries(wanted),
      },
      ConsistentRead: true,
      Limit,
      ...(after !== undefined && { ExclusiveStartKey: { pk, sk: after } }),
    };
    if (wanted.length > 0) {
      input.FilterExpression = wanted.map(([value]) => `contains(#text, ${value})`).join(' AND ');
      input.ExpressionAttributeNames = { '#text': 'text' };
    } else delete input.ExpressionAttributeNames;
    return this.#documents.send(new QueryCommand(input));
  }
}

/** A cursor of another search is none of this one. */
function startIn(after: string | undefined, word: string): string | undefined {
  return after?.startsWith(word) ? after : undefined;
}

/** Who has two words with that beginning has two rows: the first one counts, on whatever page it is. */
function isFirstHit({ sk, text }: RowItem, beginning: string): boolean {
  const first = text
    .trim()
    .split(' ')
    .find((word) => word.startsWith(beginning));
  return sk.startsWith(`${first}#`);
}

function pageOf(items: readonly RowItem[]): Page {
  const shown = items.slice(0, PAGE_SIZE);
  const last = shown.at(-1);
  return {
    rows: shown.map(rowIn),
    next: items.length > PAGE_SIZE && last !== undefined ? cursorFor(last.sk) : undefined,
  };
}
