import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { succeeded } from '../../conformance/install/command.ts';
import { Authority } from './authority.ts';
import { REGION, serveAws } from './aws.ts';

export const root = resolve(import.meta.dirname, '..', '..', '..');
export const bootScript = join(root, 'examples/wordpress/boot.sh');
const CACHE = join(root, 'node_modules/.cache/wordpress');

const TRUSTED = '/etc/ssl/certs/ca-certificates.crt';

/** What Debian's image for EC2 has, as far as the boot script leans on it. */
const EC2_IMAGE = 'systemd,systemd-sysv,dbus,udev,iproute2,ca-certificates,procps';

export interface Image {
  /** The root of its file system. Not to be written to. */
  readonly path: string;
  /** Trusted like any public one, by what runs on the image. */
  readonly web: Authority;
  /** What RDS publishes as its own. */
  readonly database: Authority;
  /** Seconds it took to bake; undefined if an earlier run did. */
  readonly baked: number | undefined;
}

/** An image baked by `boot.sh install` on Debian 12, made once for each version of the script. */
export async function bakedImage(): Promise<Image> {
  const web = await Authority.in(join(CACHE, 'web'));
  const database = await Authority.in(join(CACHE, 'database'));
  const key = createHash('sha256');
  for (const file of [bootScript, import.meta.filename, web.certificate, database.certificate])
    key.update(readFileSync(file));
  const path = join(CACHE, `image-${key.digest('hex').slice(0, 12)}`);
  if (existsSync(path)) return { path, web, database, baked: undefined };
  for (const old of readdirSync(CACHE))
    if (old.startsWith('image-')) rmSync(join(CACHE, old), { recursive: true });
  const begin = performance.now();
  const draft = `${CACHE}/draft`;
  rmSync(draft, { recursive: true, force: true });
  await succeeded('cp', ['-a', await debian(), draft]);
  await bake(draft, web, database);
  renameSync(draft, path);
  return { path, web, database, baked: (performance.now() - begin) / 1000 };
}

async function debian(): Promise<string> {
  const path = join(CACHE, 'debian-12');
  if (existsSync(path)) return path;
  const draft = `${path}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  await succeeded('debootstrap', ['--variant=minbase', `--include=${EC2_IMAGE}`, 'bookworm', draft]);
  const suites = ['debian bookworm', 'debian bookworm-updates', 'debian-security bookworm-security'];
  writeFileSync(
    join(draft, 'etc/apt/sources.list'),
    suites.map((suite) => `deb http://deb.debian.org/${suite} main\n`).join(''),
  );
  renameSync(draft, path);
  return path;
}

async function bake(path: string, web: Authority, database: Authority): Promise<void> {
  copyFileSync(web.certificate, join(path, 'usr/local/share/ca-certificates/test.crt'));
  await succeeded('chroot', [path, 'update-ca-certificates']);
  copyFileSync(bootScript, join(path, 'root/boot.sh'));
  // Packages come through this machine, by what it trusts: it may stand behind a proxy.
  copyFileSync(TRUSTED, join(path, 'etc/ssl/trusted-here.pem'));
  const conf = 'Acquire::https::CAInfo "/etc/ssl/trusted-here.pem";\n';
  writeFileSync(join(path, 'etc/apt/apt.conf.d/99-trusted-here'), conf);
  const address = '127.77.0.1';
  const aws = await serveAws({ address, web, database });
  try {
    writeFileSync(join(path, 'etc/hosts'), `127.0.0.1 localhost\n${address} ${aws.hosts.join(' ')}\n`);
    // A container that has this machine's network, and no systemd that runs.
    await succeeded('systemd-nspawn', [
      ...[
        '-q',
        '-D',
        path,
        '--register=no',
        '--keep-unit',
        '--console=pipe',
        `--setenv=EVENKEEL_REGION=${REGION}`,
      ],
      ...['bash', '/root/boot.sh', 'install'],
    ]);
  } finally {
    await aws.close();
  }
}
