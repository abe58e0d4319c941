import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Resources } from '../../support/timing-world.ts';
import { goodResources, hookAt, of } from '../../support/timing-world.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');

function validate(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(join(root, 'tools/cli/bin.mjs'), ['validate', ...args], {
    input,
    encoding: 'utf8',
    cwd: root,
  });
  return { status, stdout, stderr };
}

describe('evenkeel validate', () => {
  it("finds the project's own fleets.yml valid", () => {
    expect(validate(['--no-template'])).toEqual({ status: 0, stdout: 'fleets.yml is valid\n', stderr: '' });
  });

  it('lists all that is wrong, each with its place, and exits 2', () => {
    const { status, stdout } = validate(['-'], 'fleets:\n  web:\n    adopt: { tag: a }\n    mode: on\n');
    expect(status).toBe(2);
    expect(stdout).toBe(
      'standard input:3:19 fleets.web.adopt.tag: "a" is wrong: write key=value, such as evenkeel:fleet=web\n' +
        'standard input:4:11 fleets.web.mode: "on" is wrong: write active, shadow, forecast-only or paused\n' +
        '2 problems in standard input\n',
    );
  });

  it('prints the same as JSON for other programs', () => {
    const { status, stdout } = validate(['-', '--json'], 'a: b: c');
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      problems: [expect.stringMatching(/^standard input:1:4 /)],
    });
  });

  it('says in one line that a file is missing', () => {
    expect(validate(['/no/such.yml'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'evenkeel: cannot read /no/such.yml: there is no such file\n',
    });
  });
});

describe('evenkeel validate with a packaged template', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-validate-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const FLEETS = `
fleets:
  web:
    adopt: { tag: 'evenkeel:fleet=web' }
    admission: { http: /ready }
    drain: { idle: target-requests, within: 10h }
`;

  function packaged(change: (resources: Resources) => void): string {
    const resources = goodResources();
    change(resources);
    const file = join(folder, 'template.json');
    writeFileSync(file, JSON.stringify({ Resources: resources }));
    return file;
  }

  it('ends with 0 where all times agree, and says with what', () => {
    const template = packaged(() => undefined);
    expect(validate(['-', '--template', template], FLEETS)).toEqual({
      status: 0,
      stdout: `standard input is valid and agrees with ${template}\n`,
      stderr: '',
    });
  });

  it('ends with 1 on an error, and names code, clock, figures and mend', () => {
    const template = packaged((resources) => (hookAt(resources, 1).HeartbeatTimeout = 300));
    const { status, stdout } = validate(['-', '--template', template], FLEETS);
    expect(status).toBe(1);
    expect(stdout).toBe(
      'error DRAIN_OUTLASTS_HOOK fleets.web.drain.within\n' +
        '    10 h, but whatever its heartbeats hook evenkeel-drain ends after 8 h 20 min ' +
        '(100 × 300 s, 48 h at the most): the drain is cut to 8 h 19 min 30 s\n' +
        '    mend: set HeartbeatTimeout of evenkeel-drain to 361 or more, ' +
        'or fleets.web.drain.within to 8h19m30s or less\n' +
        `1 error, 0 warnings in standard input and ${template}\n`,
    );
  });

  it('ends with 0 on a warning, and with 1 when it is to be strict', () => {
    const template = packaged((resources) => (of(resources, 'Group').DefaultInstanceWarmup = 60));
    const args = ['-', '--template', template, '--json'];
    const { status, stdout } = validate(args, FLEETS);
    expect({ status, ...(JSON.parse(stdout) as object) }).toMatchObject({
      status: 0,
      ok: true,
      problems: [],
      findings: [
        { code: 'WARM_UP_SHORT', severity: 'warning', subject: 'Group', figures: { warmUp: 60, period: 60 } },
      ],
      template,
    });
    const strict = validate([...args, '--strict'], FLEETS);
    expect(strict.status).toBe(1);
    expect(JSON.parse(strict.stdout)).toMatchObject({ ok: false });
  });

  it.each([
    ['[]', /is no CloudFormation template: it has no Resources/],
    ['{', /is not JSON/],
  ])('ends with 2 on a template that is %s', (text, message) => {
    const file = join(folder, 'wrong.json');
    writeFileSync(file, text);
    const { status, stdout, stderr } = validate(['-', '--template', file], FLEETS);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
