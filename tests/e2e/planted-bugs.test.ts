import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../tools/sandbox/report.ts';
import type { Ended } from './support.ts';
import { root, startIn } from './support.ts';

/** What a deployment and a run are made of. */
const PARTS = [
  'events',
  'fleets.schema.json',
  'fleets.yml',
  'functions',
  'infra',
  'package-lock.json',
  'package.json',
  'serverless.yml',
  'shared',
  'tools',
  'tsconfig.json',
];

let folder: string;
let ended: Ended;
let report: Report;

/** Changes one place in a file of the copy. */
function plant(file: string, from: string | RegExp, to: string): void {
  const path = join(folder, file);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${file} has no ${String(from)} to change`);
  writeFileSync(path, after);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-planted-'));
  for (const part of PARTS) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  plant('infra/roles/reconcile.yml', 'sns:ListSubscriptionsByTopic', 'sns:GetTopicAttributes');
  // A hook that no rule answers is refused before anything is deployed: this rule answers none.
  plant('functions/interrupt/function.yml', 'Instance State-change', 'Instance State change');
  plant('infra/queues.yml', /\n {2}EventsDeadLetterQueuePolicy:[^]*?(?=\nOutputs:)/, '');
  const json = join(folder, 'out.json');
  ended = await startIn(folder, '--once', '--speed', 'max', '--hours', '1', '--json', json).ended;
  if (ended.exitCode !== 1) throw new Error(ended.stdout + ended.stderr);
  report = JSON.parse(readFileSync(json, 'utf8')) as Report;
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('a mistake in the template shows itself by its name', () => {
  it('a permission that a role lacks', () => {
    expect(report.denied).toMatchObject([
      {
        principal: { kind: 'role', roleName: expect.stringContaining('ReconcileRole') as string },
        action: 'sns:ListSubscriptionsByTopic',
        resource: expect.stringMatching(/^arn:aws:sns:eu-central-1:123456789012:evenkeel-sandbox/) as string,
        because: 'because no identity-based policy allows the sns:ListSubscriptionsByTopic action',
      },
    ]);
    expect(ended.stdout).toMatch(/denied +\S*ReconcileRole\S*: sns:ListSubscriptionsByTopic on arn:/);
  });

  it('a rule that waits for what nobody sends', () => {
    const suspicious = report.unmatchedRules.filter(({ nearest }) => nearest !== undefined);
    expect(suspicious).toMatchObject([
      {
        rule: 'evenkeel-sandbox-losses',
        source: 'aws.ec2',
        asksFor: ['EC2 Instance State change Notification'],
        nearest: 'EC2 Instance State-change Notification',
      },
    ]);
    expect(ended.stdout).toMatch(
      /rule matched nothing +evenkeel-sandbox-losses: aws\.ec2 sent "EC2 Instance State-change Notification" \d+ times, it asks for "EC2 Instance State change Notification"/,
    );
  });

  it('a queue that admits nobody, though nothing was sent to it yet', () => {
    const fromLosses = report.refusedWires.filter(({ from }) =>
      from.endsWith('rule/evenkeel-sandbox-losses'),
    );
    expect(fromLosses).toMatchObject([
      {
        to: expect.stringContaining('EventsDeadLetterQueue') as string,
        use: 'dead-letter queue',
        sender: 'events.amazonaws.com',
        action: 'sqs:SendMessage',
        policy: expect.stringMatching(/^the policy of arn:aws:sqs:.*EventsDeadLetterQueue/) as string,
      },
    ]);
    expect(ended.stdout).toMatch(
      /would be refused +rule\/evenkeel-sandbox-losses → \S*EventsDeadLetterQueue\S* \(dead-letter queue\)/,
    );
  });

  it('and breaks an invariant, but for the rule, which may only be waiting', () => {
    const broken = report.invariants.filter(({ ok }) => !ok).map(({ id }) => id);
    expect(broken).toEqual(expect.arrayContaining(['nothing-denied', 'wires-admitted']));
  });
});
