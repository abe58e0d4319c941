import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { preflight } from '../../../tools/sandbox/preflight.ts';
import { UsageError } from '../../../tools/sandbox/usage-error.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-preflight-'));
  writeFileSync(join(folder, 'fleets.yml'), "fleets: { web: { adopt: { tag: 'evenkeel:fleet=web' } } }\n");
});

afterEach(() => rmSync(folder, { recursive: true }));

async function refusal(json?: string): Promise<string> {
  const error: unknown = await preflight(join(folder, 'fleets.yml'), { json }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
}

describe('before anything is started', () => {
  it('good fleets and a writable report pass', async () => {
    await expect(
      preflight(join(folder, 'fleets.yml'), { json: join(folder, 'out.json') }),
    ).resolves.toBeUndefined();
  });

  it('an earlier report is left as it is', async () => {
    const json = join(folder, 'out.json');
    writeFileSync(json, '{"earlier":true}');
    await preflight(join(folder, 'fleets.yml'), { json });
    expect(readFileSync(json, 'utf8')).toBe('{"earlier":true}');
  });

  it('a misspelt key of fleets.yml is named, with its place and the mend', async () => {
    writeFileSync(join(folder, 'fleets.yml'), "fleets:\n  web: { adpt: { tag: 'a=b' } }\n");
    expect(await refusal()).toMatch(/fleets\.yml:2:\d+ fleets\.web.*adopt/);
  });

  it('fleets.yml that is not there is named', async () => {
    rmSync(join(folder, 'fleets.yml'));
    expect(await refusal()).toMatch(/fleets\.yml does not exist/);
  });

  it('a plan of the weather is read, and refused line by line', async () => {
    const weather = join(folder, 'weather.json');
    writeFileSync(weather, '{"entries":[{"kind":"death","from":"1h"}]}');
    await expect(preflight(join(folder, 'fleets.yml'), { weather })).resolves.toEqual({
      entries: [{ kind: 'death', from: '1h' }],
    });
    writeFileSync(weather, '{"entries":[{"kind":"death","from":"soon"}]}');
    const error: unknown = await preflight(join(folder, 'fleets.yml'), { weather }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toMatch(
      /weather\.json: entries\[0\]\.from: "soon" is wrong: write seconds/,
    );
  });

  it('a report that cannot be written is refused, not lost after the run', async () => {
    expect(await refusal(join(folder, 'none', 'out.json'))).toMatch(
      /--json .*none.*cannot be written \(ENOENT\)/,
    );
    expect(await refusal(folder)).toMatch(/cannot be written \(EISDIR\)/);
  });
});
