import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';
import { AwsError, isRunning } from '../../kernel/index.ts';

/** A deployment package, unpacked. */
export interface CodePackage {
  /** Base64 of the archive's SHA-256, as Lambda reports it. */
  readonly sha256: string;
  /** Bytes of the archive. */
  readonly size: number;
  /** The folder that stands for `/var/task`. */
  readonly folder: string;
}

const FOLDER_PREFIX = 'local-cloud-lambda-';

/** Unpacks deployment packages below one temporary folder, each archive once. */
export class CodePackages {
  readonly #packages = new Map<string, CodePackage>();
  #root: string | undefined;

  /** @throws AwsError InvalidParameterValueException when the bytes are no zip archive */
  unpack(archive: Uint8Array): CodePackage {
    const digest = createHash('sha256').update(archive);
    const sha256 = digest.copy().digest('base64');
    const known = this.#packages.get(sha256);
    if (known !== undefined) return known;
    const folder = join(this.#folder(), digest.digest('hex').slice(0, 16));
    writeFiles(folder, unzip(archive));
    const unpacked = { sha256, size: archive.byteLength, folder };
    this.#packages.set(sha256, unpacked);
    return unpacked;
  }

  /** Removes everything that was unpacked. */
  close(): void {
    if (this.#root !== undefined) rmSync(this.#root, { recursive: true, force: true });
    this.#root = undefined;
    this.#packages.clear();
  }

  #folder(): string {
    if (this.#root === undefined) {
      removeStaleFolders();
      this.#root = mkdtempSync(join(tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
    }
    return this.#root;
  }
}

function unzip(archive: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(archive);
  } catch {
    throw new AwsError(
      'InvalidParameterValueException',
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    );
  }
}

function writeFiles(folder: string, files: Record<string, Uint8Array>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const path = resolve(folder, name);
    if (!path.startsWith(folder + sep)) {
      throw new AwsError(
        'InvalidParameterValueException',
        `The archive's entry '${name}' leaves its folder.`,
      );
    }
    if (name.endsWith('/')) {
      mkdirSync(path, { recursive: true });
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** Removes the folders of runs that were killed before they could tidy up. */
function removeStaleFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const owner = Number(name.slice(FOLDER_PREFIX.length).split('-')[0]);
    if (!isRunning(owner)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
