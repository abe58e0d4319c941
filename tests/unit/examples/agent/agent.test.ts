import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const AGENT = resolve(import.meta.dirname, '../../../../examples/agent/evenkeel-agent');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe.each(['dash', 'bash'])('the agent, run by %s', (shell) => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'evenkeel-agent-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const hook = (kind: string, name: string, script: string, mode = 0o755) => {
    const folder = join(root, 'etc/evenkeel', `${kind}.d`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), mode);
  };

  const begin = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const child = spawn(shell, args, {
      env: {
        PATH: process.env['PATH'] ?? '',
        ROOT: root,
        EVENKEEL_ROOT: root,
        EVENKEEL_LOOK_SECONDS: '0.05',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { child, ended: endOf(child) };
  };
  const run = (command: string, env: Readonly<Record<string, string>> = {}) =>
    begin([AGENT, command], env).ended;
  const text = (file: string) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '');
  /** A pipe by which a hook and a test wait for each other. */
  const pipe = (name: string) => {
    const path = join(root, name);
    execFileSync('mkfifo', [path]);
    return {
      read: () => endOf(spawn('cat', [path])),
      write: () => endOf(spawn('sh', ['-c', `echo go >'${path}'`])),
    };
  };

  describe('without hooks', () => {
    it.each(['ready', 'idle', 'drain'])('%s is yes', async (command) => {
      expect(await run(command)).toEqual({ code: 0, stdout: '', stderr: '' });
    });

    it('busy is 0', async () => {
      expect(await run('busy')).toEqual({ code: 0, stdout: '0\n', stderr: '' });
    });
  });

  describe('ready', () => {
    it('asks every hook in the order of names, and fails as the first that did', async () => {
      hook('ready', '20-second', 'echo second; exit 4');
      hook('ready', '10-first', 'echo first; echo "no database" >&2; exit 3');
      hook('ready', '30-third', 'echo third');
      const { code, stdout, stderr } = await run('ready');
      expect(code).toBe(3);
      expect(stdout).toBe('first\nsecond\nthird\n');
      expect(stderr).toContain('no database\nevenkeel-agent: 10-first exited with 3\n');
    });

    it('passes over what is no executable', async () => {
      hook('ready', '10-notes', 'exit 9', 0o644);
      mkdirSync(join(root, 'etc/evenkeel/ready.d/20-folder'));
      expect((await run('ready')).code).toBe(0);
    });

    it('takes a hook that hangs for a no, and ends it with what it has started', async () => {
      const held = pipe('held').read();
      hook('ready', '10-hangs', 'exec 9>"$ROOT/held"; sleep 600 & wait');
      const { code, stderr } = await run('ready', { EVENKEEL_ASK_SECONDS: '0.3' });
      expect(code).toBe(124);
      expect(stderr).toContain('10-hangs took longer than 0.3 s');
      // The pipe is at its end once nobody holds it any more.
      await held;
    });

    it('is no from the begin of a drain on', async () => {
      await run('drain');
      const { code, stderr } = await run('ready');
      expect(code).toBe(1);
      expect(stderr).toContain('it drains');
    });
  });

  describe('busy and idle', () => {
    it('add up what hooks print', async () => {
      hook('busy', '10-web', 'echo 2');
      hook('busy', '20-jobs', 'echo 40');
      expect(await run('busy')).toMatchObject({ code: 0, stdout: '42\n' });
      const idle = await run('idle');
      expect(idle.code).toBe(1);
      expect(idle.stderr).toContain('42 under way');
    });

    it.each(['many', '-1', '1.5', '08'])('refuse %s, which is no number', async (printed) => {
      hook('busy', '10-web', `echo ${printed}`);
      const { code, stdout, stderr } = await run('busy');
      expect({ code, stdout }).toEqual({ code: 65, stdout: '' });
      expect(stderr).toContain(`'${printed}'`);
      expect((await run('idle')).code).toBe(65);
    });

    it('are unknown where a hook fails: that is not idle', async () => {
      hook('busy', '10-web', 'echo 0');
      hook('busy', '20-jobs', 'exit 7');
      expect(await run('busy')).toMatchObject({ code: 7, stdout: '' });
      expect((await run('idle')).code).toBe(7);
    });
  });

  describe('drain', () => {
    it('runs every hook although one fails, keeps what they said, and fails as the first that did', async () => {
      hook('drain', '10-stop', 'echo stopped; echo "one left" >&2; exit 5');
      hook('drain', '20-logs', 'echo uploaded');
      const first = await run('drain');
      expect(first.code).toBe(5);
      expect(first.stdout).toBe('stopped\none left\nevenkeel-agent: 10-stop exited with 5\nuploaded\n');
      expect(text('run/evenkeel/drain.log')).toBe(first.stdout);
    });

    it('done once, says again what came of it and runs nothing', async () => {
      hook('drain', '10-stop', 'echo once >>"$ROOT/runs"; echo stopped; exit 5');
      const first = await run('drain');
      expect(await run('drain')).toEqual(first);
      expect(text('runs')).toBe('once\n');
    });

    it('asked for twice at once, is done once, and both get what came of it', async () => {
      const [started, gate] = [pipe('started'), pipe('gate')];
      hook(
        'drain',
        '10-stop',
        'echo once >>"$ROOT/runs"; echo >"$ROOT/started"; read -r _ <"$ROOT/gate"; echo stopped',
      );
      const first = run('drain');
      await started.read();
      const second = run('drain');
      await gate.write();
      expect(await first).toEqual({ code: 0, stdout: 'stopped\n', stderr: '' });
      expect(await second).toEqual({ code: 0, stdout: 'stopped\n', stderr: '' });
      expect(text('runs')).toBe('once\n');
    });

    it('waits until two looks in a row find nothing under way', async () => {
      // 2, 0, 1, 0, 0: an idle moment between two pieces of work is none.
      hook(
        'busy',
        '10-web',
        `echo look >>"$ROOT/looks"; set -- 2 0 1 0 0 9; shift $(($(wc -l <"$ROOT/looks") - 1)); echo "$1"`,
      );
      expect((await run('drain')).code).toBe(0);
      expect(text('looks')).toBe('look\n'.repeat(5));
    });

    it('takes a busy hook that fails for work that goes on, and asks again', async () => {
      hook(
        'busy',
        '10-web',
        `echo look >>"$ROOT/looks"; set -- 0 7 0 7 0 0 9; shift $(($(wc -l <"$ROOT/looks") - 1)); echo 0; exit "$1"`,
      );
      expect(await run('drain')).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(text('looks')).toBe('look\n'.repeat(6));
    });

    it('ends as a busy hook does that fails until the time is up, and says so', async () => {
      hook('busy', '10-web', 'echo "no answer" >&2; exit 7');
      const { code, stdout } = await run('drain', { EVENKEEL_DRAIN_SECONDS: '0' });
      expect(code).toBe(7);
      expect(stdout).toBe(
        'no answer\nevenkeel-agent: 10-web exited with 7\nevenkeel-agent: not known to be idle after 0 s\n',
      );
    });

    it('gives up on what does not end, and says how much is left', async () => {
      hook('busy', '10-web', 'echo 3');
      const { code, stdout } = await run('drain', { EVENKEEL_DRAIN_SECONDS: '0' });
      expect(code).toBe(124);
      expect(stdout).toContain('3 still under way');
    });

    it('ends a hook that takes too long, and goes on with the next', async () => {
      hook('drain', '10-hangs', 'sleep 60');
      hook('drain', '20-logs', 'echo uploaded');
      const { code, stdout } = await run('drain', { EVENKEEL_DRAIN_SECONDS: '0.3' });
      expect(code).toBe(124);
      expect(stdout).toBe('evenkeel-agent: 10-hangs took longer than 0.3 s\nuploaded\n');
    });

    it.each([
      ['SIGTERM', 143],
      ['SIGINT', 130],
      ['SIGHUP', 129],
    ] as const)(
      'stopped by %s, tells its hook, says how far it came, and can be begun anew',
      async (signal, code) => {
        const started = pipe('started');
        hook(
          'drain',
          '10-stop',
          `trap 'echo told; exit 1' TERM; echo begun; echo >"$ROOT/started"; while :; do sleep 0.05; done`,
        );
        const { child, ended } = begin([AGENT, 'drain']);
        await Promise.race([started.read(), ended]);
        child.kill(signal);
        const stopped = await ended;
        expect(stopped.code).toBe(code);
        expect(stopped.stdout).toContain('begun\n');
        expect(stopped.stdout).toContain('told\n');
        expect(stopped.stdout).toContain(`drain was stopped by ${signal}`);
        hook('drain', '10-stop', 'echo done');
        expect(await run('drain')).toEqual({ code: 0, stdout: 'done\n', stderr: '' });
      },
    );

    it('stopped, ends its hook also where timeout dies without a word to it', async () => {
      const forgetful = `trap 'exit 143' TERM; shift 3; "$@" & wait`;
      mkdirSync(join(root, 'bin'));
      writeFileSync(
        join(root, 'bin/timeout'),
        `#!/bin/sh\nexec setsid sh -c '${forgetful.replaceAll("'", `'"'"'`)}' sh "$@"\n`,
      );
      chmodSync(join(root, 'bin/timeout'), 0o755);
      const [started, held] = [pipe('started'), pipe('held').read()];
      hook('drain', '10-stop', `exec 9>"$ROOT/held"; echo >"$ROOT/started"; exec sleep 600`);
      const { child, ended } = begin([AGENT, 'drain'], {
        PATH: `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`,
      });
      await started.read();
      child.kill('SIGTERM');
      expect((await ended).code).toBe(143);
      await held;
    });

    it('is over with its hooks, whatever they leave running', async () => {
      hook('drain', '10-daemon', `sleep 600 >/dev/null 2>&1 & echo $! >"$ROOT/daemon"`);
      expect(await run('drain')).toMatchObject({ code: 0 });
      process.kill(Number(text('daemon')));
    });

    it('is done anew where whoever did it is gone without a result', async () => {
      mkdirSync(join(root, 'run/evenkeel'), { recursive: true });
      const gone = spawn('true');
      await once(gone, 'close');
      symlinkSync(String(gone.pid), join(root, 'run/evenkeel/drain.lock'));
      hook('drain', '10-stop', 'echo done');
      expect(await run('drain')).toMatchObject({ code: 0, stdout: 'done\n' });
    });
  });

  describe('installed', () => {
    it('answers by the name it is called, keeps hooks that are there, and stays as it is the second time', async () => {
      hook('busy', '10-web', 'echo 1');
      expect(await run('install')).toEqual({ code: 0, stdout: '', stderr: '' });
      const folder = join(root, 'opt/evenkeel');
      const { ino } = statSync(join(folder, 'evenkeel-agent'));
      expect(await run('install')).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(statSync(join(folder, 'evenkeel-agent')).ino).toBe(ino);
      expect(readdirSync(folder).toSorted()).toEqual(['busy', 'drain', 'evenkeel-agent', 'idle', 'ready']);
      expect(statSync(join(folder, 'drain')).mode & 0o777).toBe(0o755);
      expect(await begin([join(folder, 'busy')]).ended).toMatchObject({ code: 0, stdout: '1\n' });
      expect((await begin([join(folder, 'idle')]).ended).code).toBe(1);
    });

    it.each(['', 'dance'])('refuses %j, and says what it knows', async (command) => {
      const { code, stderr } = await run(command);
      expect(code).toBe(64);
      expect(stderr).toBe(
        `evenkeel-agent: '${command}' is no command: give ready, busy, idle, drain or install\n`,
      );
    });
  });
});

async function endOf(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
