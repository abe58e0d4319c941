import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { succeeded } from '../../conformance/install/command.ts';

export interface Certificate {
  /** Paths of PEM files. */
  readonly certificate: string;
  readonly key: string;
}

/** An authority of our own for certificates, kept in a folder. */
export class Authority {
  readonly folder: string;
  readonly certificate: string;
  readonly #key: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.certificate = join(folder, 'authority.pem');
    this.#key = join(folder, 'authority.key');
  }

  static async in(folder: string): Promise<Authority> {
    const authority = new Authority(folder);
    mkdirSync(folder, { recursive: true });
    if (!existsSync(authority.certificate)) {
      await succeeded('openssl', [
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:P-256',
          '-nodes',
          '-days',
          '3650',
        ],
        ...['-subj', `/CN=Authority of ${folder.split('/').at(-1) ?? ''}`, '-keyout', authority.#key],
        ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-out', authority.certificate],
      ]);
    }
    return authority;
  }

  /** A certificate of a server that goes by these names. */
  async certify(name: string, hosts: readonly string[]): Promise<Certificate> {
    const path = (end: string) => join(this.folder, `${name}.${end}`);
    await succeeded('openssl', [
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`],
      ...['-keyout', path('key'), '-out', path('csr')],
    ]);
    writeFileSync(path('ext'), `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}\n`);
    await succeeded('openssl', [
      ...['x509', '-req', '-in', path('csr'), '-CA', this.certificate, '-CAkey', this.#key, '-days', '30'],
      ...['-CAcreateserial', '-extfile', path('ext'), '-out', path('pem')],
    ]);
    return { certificate: path('pem'), key: path('key') };
  }
}
