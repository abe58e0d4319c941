import { readFileSync } from 'node:fs';
import { createServer as createTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closed, REGION } from './aws.ts';
import { Browser } from './browser.ts';
import type { Database } from './database.ts';
import { bakedImage, type Image } from './image.ts';
import type { Instance } from './instance.ts';
import { picture } from './picture.ts';
import type { Secrets } from './secrets.ts';
import { DATABASE_HOST, EFS_HOST, SITE, Site, userWith } from './site.ts';

const CAPTAIN = { user: 'captain', password: 'correct horse battery staple' };

const site = new Site();
const { network } = site;
let image: Image;
let secrets: Secrets;
let database: Database;
let databaseSecret: string;
let settings: Readonly<Record<string, string>>;

const seconds: Record<string, number> = {};
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begin = performance.now();
  const result = await work();
  seconds[what] = Math.round((performance.now() - begin) / 100) / 10;
  return result;
}

beforeAll(async () => {
  await site.open(() => timed('image', bakedImage));
  ({ image, secrets, database, databaseSecret, settings } = site);
}, 600_000);

afterAll(async () => {
  await site.close();
  process.stdout.write(`seconds: ${JSON.stringify(seconds)}\n`);
});

const launch = () => site.launch();

async function boot(instance: Instance, changes: Readonly<Record<string, string>> = {}): Promise<void> {
  const { exitCode, stdout, stderr } = await instance.boot({ ...settings, ...changes });
  expect(exitCode, stdout + stderr).toBe(0);
}

const probe = (instance: Instance, path: string) => new Browser(SITE, instance.address).get(path);

let first: Instance;
let second: Instance;
/** Whom the site's captain uses. */
let browser: Browser;
let post = '';
let photo = '';

/** Uploads a picture as the media library does. @returns its address on the site */
async function upload(name: string, pause?: () => Promise<void>): Promise<string> {
  const { text } = await browser.get('/wp-admin/media-new.php');
  const nonce = /"_wpnonce":"(\w+)"/.exec(text)?.[1] ?? '';
  const parts = {
    name: { value: name },
    action: { value: 'upload-attachment' },
    _wpnonce: { value: nonce },
    'async-upload': { value: picture(), filename: name, type: 'image/png' },
  };
  const answer = await browser.postParts('/wp-admin/async-upload.php', parts, pause);
  expect(answer.status).toBe(200);
  const { success, data } = JSON.parse(answer.text) as {
    success: boolean;
    data: { url: string; sizes?: { thumbnail?: object } };
  };
  expect(success, answer.text).toBe(true);
  expect(data.sizes?.thumbnail).toBeDefined();
  expect(data.url).toMatch(new RegExp(`^https://${SITE}/wp-content/uploads/.*png$`));
  return new URL(data.url).pathname;
}

describe('an instance', () => {
  it('boots from the baked image until it is ready', async () => {
    first = await timed('launch', launch);
    await timed('boot', () => boot(first));
    browser = new Browser(SITE, first.address);
    expect(await browser.get('/ready')).toMatchObject({ status: 200, text: 'ready\n' });
    expect(await browser.get('/live')).toMatchObject({ status: 200, text: 'live\n' });
  });

  it('leads to the installer, which installs the site', async () => {
    const { status, headers } = await browser.get('/');
    expect(status).toBe(302);
    expect(headers.location).toBe(`https://${SITE}/wp-admin/install.php`);
    const installed = await browser.post('/wp-admin/install.php?step=2', {
      weblog_title: 'The Even Keel',
      user_name: CAPTAIN.user,
      admin_password: CAPTAIN.password,
      admin_password2: CAPTAIN.password,
      pw_weak: '1',
      admin_email: 'captain@example.com',
      blog_public: '0',
    });
    expect(installed.text).toContain('WordPress has been installed');
    expect((await browser.get('/')).text).toContain('<title>The Even Keel</title>');
  });

  it('logs its captain in, by cookies for HTTPS alone', async () => {
    await browser.get('/wp-login.php');
    const { status, headers } = await browser.post('/wp-login.php', {
      log: CAPTAIN.user,
      pwd: CAPTAIN.password,
      testcookie: '1',
    });
    expect(status).toBe(302);
    const sessions = (headers['set-cookie'] ?? []).filter((cookie) => cookie.startsWith('wordpress_sec_'));
    expect(sessions.length).toBeGreaterThan(0);
    for (const cookie of sessions) expect(cookie).toMatch(/; secure/);
    expect((await browser.get('/wp-admin/')).text).toContain('Dashboard');
  });

  it('takes a picture and publishes a post with it', async () => {
    photo = await upload('keel.png');
    const { text: nonce } = await browser.get('/wp-admin/admin-ajax.php?action=rest-nonce');
    const content = `<img src="https://${SITE}${photo}" alt="A keel">`;
    const created = await browser.postJson(
      '/index.php?rest_route=/wp/v2/posts',
      { title: 'On an even keel', content, status: 'publish' },
      { 'x-wp-nonce': nonce },
    );
    expect(created.status, created.text).toBe(201);
    const { link } = JSON.parse(created.text) as { link: string };
    post = link.replace(`https://${SITE}`, '');
    const visitor = await probe(first, post);
    expect(visitor.text).toContain('On an even keel');
    expect(visitor.text).toContain(photo);
    expect((await probe(first, photo)).body).toEqual(picture());
  });

  it('runs no code from its uploads, and installs none', async () => {
    await first.output('sh', '-c', `echo '<?php echo 6 * 7;' >${UPLOADS}/answer.php`);
    expect((await browser.get('/wp-content/uploads/answer.php')).status).toBe(403);
    expect((await browser.get('/wp-admin/plugin-install.php')).status).toBe(403);
    expect((await browser.get('/wp-admin/plugin-editor.php')).status).toBe(403);
  });

  it('does due work while no other instance does', async () => {
    const wordpress = (code: string) =>
      first.output(
        'php',
        '-r',
        `$_SERVER["HTTP_HOST"] = ""; require "/usr/share/wordpress/wp-load.php"; ${code}`,
      );
    const state = () => wordpress('echo wp_next_scheduled("evenkeel_test") ? "due" : "done";');
    await first.output('systemctl', 'stop', 'evenkeel-cron.timer', 'evenkeel-cron.service');
    await wordpress('wp_schedule_single_event(time() - 60, "evenkeel_test");');
    const other = database.session("SELECT GET_LOCK('evenkeel-cron', 0)");
    await new Promise((resolve) => other.stdout?.once('data', resolve));
    await first.output('systemctl', 'start', 'evenkeel-cron.service');
    expect(await state()).toBe('due');
    const ended = new Promise((resolve) => other.once('close', resolve));
    other.stdin?.end();
    await ended;
    await first.output('systemctl', 'start', 'evenkeel-cron.service');
    expect(await state()).toBe('done');
    await first.output('systemctl', 'start', 'evenkeel-cron.timer');
  });

  it('changes nothing when the script runs again', async () => {
    const everything = async () => [
      await first.output(
        'sh',
        '-c',
        `find /etc /opt /usr/local /var/lib/wordpress -xdev -type f -printf '%p %T@\\n'`,
      ),
      await first.output('systemctl', 'show', '-p', 'Id,MainPID', 'nginx', 'php8.2-fpm', 'stunnel@efs'),
    ];
    const before = await everything();
    await timed('boot again', () => boot(first));
    expect(await everything()).toEqual(before);
  });

  it('shows its secrets to PHP alone: in no other file, no log, no process list', async () => {
    const secret = 'first password';
    const files = await first.run(
      'grep',
      '-rlF',
      secret,
      '/etc',
      '/opt',
      '/run',
      '/var',
      '/tmp',
      '/root',
      '/usr/local',
    );
    expect(files.stdout).toBe('/run/evenkeel/wordpress/secrets.json\n');
    expect(await first.output('stat', '-c', '%a %U %G', '/run/evenkeel/wordpress/secrets.json')).toBe(
      '640 root www-data\n',
    );
    const watched = `/opt/evenkeel/secrets & while kill -0 $!; do cat /proc/[0-9]*/cmdline; done 2>/dev/null | tr '\\0' ' '`;
    const commands = await first.output('bash', '-c', watched);
    expect(commands).toContain('aws-sigv4');
    expect(commands).not.toContain(secret);
    expect(commands).not.toMatch(/ASIA[A-Z0-9]{16}/);
    expect(await first.output('journalctl', '-o', 'cat', '--no-pager')).not.toContain(secret);
  });

  it('reaches its file system through TLS, and only the one it means', async () => {
    const said = async (host: string) => {
      const { certificate, key } = await image.web.certify('efs', [host]);
      const server = createTls({ cert: readFileSync(certificate), key: readFileSync(key) }, (socket) => {
        socket.on('error', () => undefined);
        socket.end('NFS');
      });
      await new Promise<void>((resolve) => server.listen(2049, network.address, resolve));
      const { stdout } = await first.run('bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/20049; timeout 5 cat <&3');
      await closed(server);
      return stdout;
    };
    expect(await said(EFS_HOST)).toBe('NFS');
    expect(await said(`fs-00000000000000bad.efs.${REGION}.amazonaws.com`)).toBe('');
  });
});

describe('a password that is rotated', () => {
  it('is read anew when the database refuses the one before', async () => {
    await database.query("ALTER USER wordpress IDENTIFIED BY 'second password'");
    await secrets.put(databaseSecret, userWith('second password'));
    expect((await timed('page after a rotation', () => probe(first, post))).status).toBe(200);
    expect((await probe(first, '/ready')).status).toBe(200);
  });

  it('works before it is called current: in the midst of the rotation', async () => {
    await secrets.put(databaseSecret, userWith('third password'), 'AWSPENDING');
    expect((await probe(first, post)).status).toBe(200);
    await database.query("ALTER USER wordpress IDENTIFIED BY 'third password'");
    expect((await probe(first, post)).status).toBe(200);
    await secrets.put(databaseSecret, userWith('third password'));
    expect((await probe(first, post)).status).toBe(200);
  });
});

describe('a database that is away', () => {
  it('leaves the instance alive and not ready, until it is back', async () => {
    await database.stop();
    expect(await probe(first, '/ready')).toMatchObject({
      status: 503,
      text: 'the database does not answer (2002)\n',
    });
    expect((await probe(first, '/live')).status).toBe(200);
    expect((await probe(first, post)).status).toBe(500);
    await database.start();
    expect((await probe(first, '/ready')).status).toBe(200);
    expect((await probe(first, post)).status).toBe(200);
  });

  it('is not the one that answers with another’s certificate', async () => {
    const good = await image.database.certify('rds', [DATABASE_HOST]);
    const impostors = {
      'another authority, which the system trusts': await image.web.certify('impostor', [DATABASE_HOST]),
      'another name': await image.database.certify('neighbour', [
        `other.cluster.${REGION}.rds.amazonaws.com`,
      ]),
    };
    for (const [what, certificate] of Object.entries(impostors)) {
      await database.stop();
      await database.start(certificate);
      expect((await probe(first, '/ready')).status, what).toBe(503);
    }
    await database.stop();
    await database.start(good);
    expect((await probe(first, '/ready')).status).toBe(200);
  });
});

describe('a boot that cannot succeed', () => {
  beforeAll(async () => {
    second = await launch();
  });

  it.each([
    [
      'a secret that the database refuses',
      { DATABASE_SECRET: 'wrong' },
      'the database refuses the credentials',
    ],
    [
      'a secret that it may not read',
      { KEYS_SECRET: 'forbidden' },
      'cannot read arn:.*forbidden.*AccessDenied',
    ],
    ['a setting that is missing', { FILE_SYSTEM: '' }, 'EVENKEEL_FILE_SYSTEM is not set'],
    ['a database that is not there', { DATABASE_HOST: '192.0.2.1' }, 'the database does not answer'],
  ])('says why, and the instance is not ready: %s', async (_, changes, reason) => {
    const arns: Record<string, string> = {
      wrong: await secrets.create(`wrong-${reason}`.replaceAll(/\W/g, '-'), userWith('not the password')),
      forbidden: await secrets.create(`forbidden-${reason}`.replaceAll(/\W/g, '-'), 'x'.repeat(32)),
    };
    await secrets.allowToRead(arns.wrong ?? '');
    const named = Object.entries(changes).map(([name, value]) => [name, arns[value] ?? value] as const);
    const { exitCode, stderr } = await second.boot({ ...settings, ...Object.fromEntries(named) });
    expect(exitCode, stderr).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toMatch(new RegExp(`^evenkeel: boot failed: .*${reason}`));
    const ready = await probe(second, '/ready').catch(() => ({ status: 0 }));
    expect(ready.status).not.toBe(200);
  });
});

describe('a second instance', () => {
  it('serves what was made on the first, to whoever logged in there', async () => {
    await timed('second boot', () => boot(second));
    expect((await probe(second, post)).text).toContain('On an even keel');
    expect((await probe(second, photo)).body).toEqual(picture());
    const balanced = browser.at(second.address);
    expect((await balanced.get('/wp-admin/')).text).toContain('Dashboard');
  });

  it('takes over from the first, which ends what it has begun before it drains', async () => {
    let drained: Promise<{ exitCode: number | null }> | undefined;
    const late = await upload('late.png', async () => {
      drained = timed('drain', () => first.run('/opt/evenkeel/drain'));
      while (await isReady(first));
    });
    expect((await drained)?.exitCode).toBe(0);
    await expect(probe(first, '/live')).rejects.toThrow('ECONNREFUSED');
    expect(await first.run('systemctl', 'is-active', 'nginx', 'php8.2-fpm')).toMatchObject({
      stdout: 'inactive\ninactive\n',
    });
    expect((await first.run('/opt/evenkeel/drain')).exitCode).toBe(0);
    expect((await probe(second, late)).body).toEqual(picture());
  });

  it('carries the site alone once the first is gone', async () => {
    await first.terminate();
    browser = browser.at(second.address);
    expect((await probe(second, post)).text).toContain('On an even keel');
    const photo = await upload('alone.png');
    expect((await probe(second, photo)).body).toEqual(picture());
  });
});

const UPLOADS = '/var/lib/wordpress/wp-content/uploads';

const isReady = (instance: Instance) =>
  probe(instance, '/ready').then(
    ({ status }) => status === 200,
    () => false,
  );
