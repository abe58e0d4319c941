import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..', '..');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-cli-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function evenkeel(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(join(root, 'tools/cli/bin.mjs'), args, {
    input,
    encoding: 'utf8',
    cwd: folder,
  });
  return { status, stdout, stderr };
}

describe('evenkeel parse', () => {
  it('prints the event of a file', () => {
    const { status, stdout, stderr } = evenkeel([
      'parse',
      join(root, 'events/spot-interruption/sample.json'),
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      event: { kind: 'spot-interruption', instance: 'i-0b662ef9931388ba0' },
    });
  });

  it('prints why a payload is let pass, from standard input', () => {
    const { status, stdout } = evenkeel(['parse', '-'], '{"Event":"autoscaling:TEST_NOTIFICATION"}');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      skip: { reason: 'TEST_NOTIFICATION', detail: expect.any(String) as string },
    });
  });

  it('says in one line what is not JSON, and exits 2', () => {
    const file = join(folder, 'half.json');
    writeFileSync(file, '{"half":\n');
    const { status, stdout, stderr } = evenkeel(['parse', file]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^evenkeel: \S+half\.json is not JSON: .+\n$/);
  });

  it.each([
    [['parse', 'missing.json'], 'evenkeel: cannot read missing.json: there is no such file\n'],
    [['parse', '.'], 'evenkeel: cannot read .: it is a folder\n'],
    [['parse'], "evenkeel: missing required argument 'file'\n"],
    [
      ['bake', join(root, 'examples/byo/recipe.yml'), '--from', 'web-1'],
      'evenkeel: --from web-1 is no instance: give its id, such as i-0b662ef9931388ba0\n',
    ],
    [['prase', 'x'], "evenkeel: unknown command 'prase'\n(Did you mean parse?)\n"],
  ])('%j exits 2 with a clear line', (args, message) => {
    expect(evenkeel(args)).toEqual({ status: 2, stdout: '', stderr: message });
  });
});
