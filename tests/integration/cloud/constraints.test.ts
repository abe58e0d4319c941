import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import type { Service } from '../../../tools/cloud/kernel/index.ts';
import { constraintTable } from '../../../tools/cloud/wire/model/constraints.ts';
import { compilePattern } from '../../../tools/cloud/wire/model/pattern.ts';
import type { StructureShape } from '../../../tools/cloud/wire/model/schema.ts';
import { serviceModel } from '../../../tools/cloud/wire/model/service-model.ts';
import type { Problem } from '../../../tools/cloud/wire/problem.ts';
import { validatorOf } from '../../../tools/cloud/wire/validate.ts';
import { Inputs } from '../../support/aws-inputs.ts';
import { breaches, membersOf } from '../../support/breaches.ts';

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud();
});

afterAll(() => cloud.close());

interface Hosted {
  readonly client: string;
  /** Inputs of the operations that have any, by operation. */
  readonly shapes: ReadonlyMap<string, StructureShape>;
  readonly inputs: Inputs;
  readonly problems: (shape: StructureShape, input: unknown) => readonly Problem[];
}

function hosted(): Hosted[] {
  return Object.values<Service>(cloud.services).map(({ client, operations }) => {
    const model = serviceModel(client);
    const shapes = Object.keys(operations).flatMap((name) => {
      const input = model.operations.get(name)?.input;
      return input?.kind === 'structure' ? [[name, input] as const] : [];
    });
    return {
      client,
      shapes: new Map(shapes),
      inputs: new Inputs(constraintTable(client)),
      problems: (shape, input) => validatorOf(client).problems(shape, input),
    };
  });
}

const told = (problems: readonly Problem[]) => problems.map(({ kind, path }) => `${kind} at ${path}`);

describe('the table of constraints', () => {
  it('has the operations that the cloud answers: if not, npm run constraints', () => {
    for (const { client, operations } of Object.values<Service>(cloud.services)) {
      expect([client, constraintTable(client).operations]).toEqual([
        client,
        Object.keys(operations).toSorted(),
      ]);
    }
  });

  it('speaks of members that the SDK has', () => {
    for (const { client, shapes } of hosted()) {
      const known = new Set([...shapes.values()].flatMap((shape) => membersOf(shape)));
      const named = Object.entries(constraintTable(client).structures).flatMap(([structure, members]) =>
        Object.keys(members).map((member) => `${structure}.${member}`),
      );
      expect(named.filter((member) => !known.has(member))).toEqual([]);
    }
  });
});

/** Rows of a character with an odd end are what patterns that backtrack without end choke on. */
const ROWS = ['a', '0', '-', '.', '/', ' ', ',', ':', 'a.', 'a-', 'a/', 'aws', 'A1', '_', '='];

describe('no pattern', () => {
  it('backtracks without end', { timeout: 5000 }, () => {
    const patterns = hosted().flatMap(({ client }) =>
      Object.values(constraintTable(client).constraints).flatMap(({ pattern }) => pattern ?? []),
    );
    for (const pattern of new Set(patterns)) {
      const expression = compilePattern(pattern);
      for (const row of ROWS) expect(typeof expression.test(`${row.repeat(28)}\u0000`)).toBe('boolean');
    }
  });
});

describe('every operation', () => {
  it('takes what its model asks for, alone and with each other member', () => {
    const refused: string[] = [];
    let taken = 0;
    for (const { shapes, inputs, problems } of hosted()) {
      for (const [operation, shape] of shapes) {
        const others = shape.members.map(({ name, shape: inner }) => ({
          [name]: inputs.value(inner, inputs.nameOf(shape, name)),
        }));
        for (const given of [{}, ...others]) {
          refused.push(
            ...told(problems(shape, inputs.structure(shape, given))).map((it) => `${operation}: ${it}`),
          );
          taken += 1;
        }
      }
    }
    expect(refused).toEqual([]);
    expect(taken).toBeGreaterThan(2500);
  });

  it('refuses an input that breaks one rule of its model, and names the member', () => {
    const missed: string[] = [];
    let tried = 0;
    for (const { shapes, inputs, problems } of hosted()) {
      for (const [operation, shape] of shapes) {
        for (const { input, kind, path } of breaches(shape, inputs)) {
          const found = told(problems(shape, input));
          if (!found.includes(`${kind} at ${path}`))
            missed.push(`${operation}: ${kind} at ${path}, told: ${found.join()}`);
          tried += 1;
        }
      }
    }
    expect(missed).toEqual([]);
    expect(tried).toBeGreaterThan(10_000);
  });
});
