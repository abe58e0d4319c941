import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..', '..');
let folder = '';
let template = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-cost-'));
  template = join(folder, 'template.json');
  writeFileSync(
    template,
    JSON.stringify({ Resources: { Nat: { Type: 'AWS::EC2::NatGateway', Properties: {} } } }),
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function cost(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(join(root, 'tools/cli/bin.mjs'), ['cost', ...args], {
    encoding: 'utf8',
    cwd: root,
  });
  return { status, stdout, stderr };
}

describe('evenkeel cost', () => {
  it('prints each line and the total', () => {
    const { status, stdout } = cost('--template', template, '--region', 'us-east-1');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^NAT gateway hours +32\.85 +32\.85 +32\.85 +0\.045 per gateway-hour$/m);
    expect(stdout).toMatch(/^total +32\.85 +32\.85 +32\.85$/m);
  });

  it('answers first, in a sentence', () => {
    const { stdout } = cost('--template', template, '--region', 'us-east-1');
    expect(stdout.split('\n')[0]).toBe(
      `${template}, us-east-1: about $33 a month; $33 at the least, $33 at the most`,
    );
  });

  it('names what it has assumed, and nothing on which the estimate does not rest', () => {
    const { stdout } = cost('--template', template);
    expect(stdout).toContain('no instances: the template creates none');
    expect(stdout).not.toMatch(/--requests|--storage-gb|--log-gb|--invocations/);
  });

  it('prints the same as JSON for other programs', () => {
    const { stdout } = cost('--template', template, '--region', 'us-east-1', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      region: 'us-east-1',
      currency: 'USD',
      total: { min: 32.85, typical: 32.85, max: 32.85 },
      lines: [
        { item: 'NAT gateway hours', price: { usd: 0.045, source: 'https://aws.amazon.com/vpc/pricing/' } },
      ],
      notPriced: [],
    });
  });

  it.each([
    [['--region', 'mars-1'], /The table has eu-central-1 and us-east-1/],
    [['--requests', 'many'], /Write a number from 0 on/],
    [['--param', 'nat'], /Write name=value/],
    [['--template', '/no/such.json'], /cannot read \/no\/such\.json/],
    [['--min', '5', '--max', '2'], /--min 5, --typical \? and --max 2 must not fall/],
  ])('ends with 2 on %j', (args, message) => {
    const { status, stdout, stderr } = cost('--template', template, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
