import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

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
    expect(validate([])).toEqual({ status: 0, stdout: 'fleets.yml is valid\n', stderr: '' });
  });

  it('lists all that is wrong, each with its place, and exits 2', () => {
    const { status, stdout } = validate(['-'], 'fleets:\n  web:\n    adopt: { tag: a }\n    mode: on\n');
    expect(status).toBe(2);
    expect(stdout).toBe(
      'standard input:3:19 fleets.web.adopt.tag: "a" is wrong: write key=value, such as evenkeel:fleet=web\n' +
        'standard input:4:11 fleets.web.mode: "on" is wrong: write active, shadow or paused\n' +
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
