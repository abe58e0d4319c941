import { finished } from '../../conformance/install/command.ts';

const NEEDED = {
  debootstrap: 'debootstrap',
  'systemd-nspawn': 'systemd-container',
  mariadbd: 'mariadb-server-core',
  mariadb: 'mariadb-client-core',
  ip: 'iproute2',
  openssl: 'openssl',
  'dpkg-deb': 'dpkg',
} as const;

/** @throws Error that names what this machine lacks for instances of their own: the test does not pass without. */
export async function requireMachine(): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new Error('This test makes instances of namespaces and overlays: run it as root.');
  for (const [program, debianPackage] of Object.entries(NEEDED)) {
    const { exitCode } = await finished('which', [program]);
    if (exitCode !== 0) throw new Error(`${program} is missing: apt-get install ${debianPackage}`);
  }
  const { exitCode, stderr } = await finished('unshare', ['--mount', '--net', '--pid', '--fork', 'true']);
  if (exitCode !== 0) throw new Error(`This machine makes no namespaces: ${stderr.trim()}`);
}
