import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoLedger } from '../../../shared/aws/dynamodb-ledger.ts';
import type { Decision } from '../../../shared/domain/index.ts';
import { MINUTE } from '../../../shared/domain/index.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import { NOW, past } from '../../support/world.ts';
import type { CloudWorld } from '../adapters/cloud-world.ts';
import { newCloudWorld } from '../adapters/cloud-world.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'explain-'));
const FLEETS = join(folder, 'fleets.yml');

const forecast = { at: NOW, expected: 33_928.7, upper: 48_000, need: 10, quantile: 0.9939, headroom: 0.4147 };
const decisions: readonly Decision[] = [
  past(3 * MINUTE, {
    action: 'scale-out',
    to: 6,
    reasons: [{ code: 'AT_MAX', facts: { max: 6, wanted: 8 } }],
    rule: 'FORECAST',
    vetoes: ['LAUNCHES_FAIL', 'AT_MAX'],
  }),
  past(2 * MINUTE, {
    reasons: [{ code: 'SCALE_IN_HELD', facts: { signal: 'requests', held: 4 } }],
    inputs: { serving: 4, 'signal.cpu': null },
    forecasts: { requests: forecast },
    shadow: { action: 'scale-in', to: 3, reasons: [{ code: 'AT_MIN', facts: { min: 3 } }], inputs: {} },
  }),
];

let world: CloudWorld;
beforeAll(async () => {
  world = await newCloudWorld();
  for (const decision of decisions) await dynamoLedger(world.table).note(decision);
  writeFileSync(
    FLEETS,
    'fleets:\n  web: { adopt: { group: web-group } }\n  api: { adopt: { group: api-group } }\n',
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.cloud.close();
});

async function evenkeel(...args: string[]) {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: world.cloud.endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: ACCOUNT_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ACCOUNT_KEYS.secretAccessKey,
  };
  const run = promisify(execFile)(join(root, 'tools/cli/bin.mjs'), [...args, '--config', FLEETS], { env });
  const failed = (error: { code?: number; stdout?: string; stderr?: string }) => error;
  const { stdout = '', stderr = '', ...end } = await run.catch(failed);
  return { code: 'code' in end ? end.code : 0, stdout, stderr };
}
const explain = (...args: string[]) => evenkeel('explain', '--table', 'ledger', ...args);

describe('evenkeel explain', () => {
  it('says what was decided and why not, what was seen and expected, and what the shadow would have done', async () => {
    const { code, stdout } = await explain('web');
    expect(code).toBe(0);
    expect(stdout).toContain('web scales out from 4 to 6 instances');
    expect(stdout.indexOf('stays at 4')).toBeGreaterThan(stdout.indexOf('scales out'));
    expect(stdout).toContain(
      '10 instances carry 48,000, which is enough 99.4% of the time (head-room 41.5%)',
    );
    expect(stdout).toContain('rule FORECAST, held back by LAUNCHES_FAIL, AT_MAX');
    expect(stdout).toContain('saw serving 4, signal.cpu without data');
    expect(stdout).toContain('the shadow policy would have 3 instances');
  });

  it('gives the newest to programs as they were recorded', async () => {
    const { stdout } = await explain('web', '--last', '1', '--json');
    expect(JSON.parse(stdout)).toEqual({ fleets: [{ fleet: 'web', decisions: [decisions[1]] }] });
    const changes = await explain('web', '--changes', '--json');
    expect(JSON.parse(changes.stdout)).toEqual({ fleets: [{ fleet: 'web', decisions: [decisions[0]] }] });
  });

  it('says so where nothing was decided, for each fleet of the file', async () => {
    const { code, stdout } = await explain();
    expect(code).toBe(0);
    expect(stdout).toContain('api: nothing was decided in the last 30 days');
  });

  it('names what cannot be used, and ends with 2', async () => {
    expect(await explain('shop')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it has web, api') as string,
    });
    expect(await explain('--last', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        '--last x cannot be used: give a whole number from 1 to 1440',
      ) as string,
    });
    expect(await evenkeel('explain', '--stage', 'nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no stack evenkeel-nowhere') as string,
    });
  });
});

describe('evenkeel status', () => {
  it('says how each fleet stands, also one without a group', async () => {
    const { code, stdout } = await evenkeel('status', '--table', 'ledger', '--json');
    expect(code).toBe(0);
    const { fleets } = JSON.parse(stdout) as { fleets: object[] };
    expect(fleets).toMatchObject([
      { fleet: 'web', group: null, budget: { minutes: 0, allowed: 0.01 }, last: decisions[1] },
      { fleet: 'api', last: null },
    ]);
    expect((await evenkeel('status', 'web', '--table', 'ledger')).stdout).toContain(
      'web stays at 4 instances',
    );
  });
});
