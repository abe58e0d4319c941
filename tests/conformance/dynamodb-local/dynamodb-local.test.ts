import { isDeepStrictEqual } from 'node:util';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { knownDifferences } from '../differences.ts';
import { expectResults, tally } from '../results.ts';
import { answer, contents, type Answer } from './answer.ts';
import { Draw } from './draw.ts';
import { createThings, emptyThings, operations, type Operation } from './operations.ts';
import { clientOf, startDynamoDbLocal } from './server.ts';

const SEED = 20_260_105;
const CALLS_A_KIND = 250;

interface Compared {
  readonly kind: string;
  readonly operation: Operation;
  readonly ours: Answer;
  readonly theirs: Answer;
}

/** The same calls to both, one after the other. After a write that went differently, both begin anew. */
async function compareAll(ours: DynamoDB, theirs: DynamoDB): Promise<Compared[]> {
  const draw = new Draw(SEED);
  const all: Compared[] = [];
  for (let round = 0; round < CALLS_A_KIND; round++)
    for (const [kind, make] of Object.entries(operations)) {
      const operation = make(draw);
      const answers = await Promise.all([answer(ours, operation), answer(theirs, operation)]);
      const compared = { kind, operation, ours: answers[0], theirs: answers[1] };
      all.push(compared);
      if (isDifferent(compared)) await bringTogether(ours, theirs);
    }
  return all;
}

async function bringTogether(...clients: readonly [DynamoDB, DynamoDB]): Promise<void> {
  const [a, b] = await Promise.all(clients.map(contents));
  if (a !== b) await Promise.all(clients.map(emptyThings));
}

/** By what is answered and by the names of errors; their messages are compared apart. */
function isDifferent({ ours, theirs }: Compared): boolean {
  return ours.error !== theirs.error || !isDeepStrictEqual(ours.output, theirs.output);
}

/** What differs, as differences.json calls it. */
function nameOf({ ours, theirs }: Compared): string {
  if (ours.error !== undefined || theirs.error !== undefined) return `${told(ours)} / ${told(theirs)}`;
  const [a, b] = [{ ...(ours.output as object) }, { ...(theirs.output as object) }] as Record<
    string,
    unknown
  >[];
  const names = Object.keys({ ...a, ...b });
  return names.filter((name) => !isDeepStrictEqual(a?.[name], b?.[name])).join(', ');
}

/** An error without the names and values of the call. */
function told({ error = 'ok', message = '' }: Answer): string {
  if (error !== 'ValidationException') return error.replace(/ \[.*/, '');
  return `${error}: ${message.replace(/ (pk|sk)\. This attribute.*| s Expected: .*/, '')}`;
}

const cloud = await startCloud();
const local = await startDynamoDbLocal();
const client = clientOf(cloud.endpoint);
await Promise.all([createThings(local.client), createThings(client)]);
await cloud.clock.runUntil(cloud.clock.now() + 60_000);
const compared = await compareAll(client, local.client);
local.close();
client.destroy();
await cloud.close();

const known = knownDifferences('dynamodb-local');
const different = compared.filter(isDifferent);

describe("AWS's DynamoDB Local and the local cloud answer alike", () => {
  it.each(Object.keys(operations))('to %s', (kind) => {
    const unknown = different.filter((one) => one.kind === kind && !known.has(nameOf(one)));
    expect(unknown.map((one) => ({ difference: nameOf(one), ...one })).slice(0, 3)).toEqual([]);
  });

  it('but for differences that are still there', () => {
    const names = new Set(different.map(nameOf));
    expect([...known.keys()].filter((name) => !names.has(name))).toEqual([]);
  });

  it('and of the calls, enough succeed and enough fail', async () => {
    const outcomes = tally(
      compared.map(({ theirs }) => (theirs.error === undefined ? 'answered' : 'refused')),
    );
    expect(outcomes['answered']).toBeGreaterThan(compared.length / 4);
    expect(outcomes['refused']).toBeGreaterThan(compared.length / 8);
    const otherWords = compared.filter((one) => !isDifferent(one) && one.ours.message !== one.theirs.message);
    await expectResults('dynamodb-local', {
      compared: compared.length,
      differences: different.length,
      ...outcomes,
      'same error in other words': otherWords.length,
    });
  });
});
