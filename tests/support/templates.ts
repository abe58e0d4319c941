import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Template } from './packaged.ts';

const root = resolve(import.meta.dirname, '..', '..');
/** `sls` does not take a link for it. */
const SERVICE = 'serverless.yml';
const CACHE = join(root, 'node_modules', '.cache', 'templates');

/** All that a packaged template is made of. */
const INPUTS = [
  ...['serverless.yml', 'fleets.yml', 'package-lock.json', join('tests', 'support', 'templates.ts')],
  ...['infra', 'functions', 'events', 'shared', 'examples', join('tools', 'build'), join('tools', 'cli')],
];

/** A template as CloudFormation would be given it. */
export interface PackagedTemplate {
  readonly file: string;
  readonly body: Template;
}

/** What is packaged: a profile, for a stage, with other values than the defaults for some params. */
export interface Choice {
  readonly profile: string;
  readonly stage: string;
  readonly params?: Readonly<Record<string, string>>;
}

/**
 * Packages as `sls deploy` would. The template is kept below node_modules/.cache under the hash of all that it is
 * made of, so that the suites that want the same one share it.
 *
 * @throws Error with what `sls package` printed when it refuses
 */
export async function packagedTemplate(choice: Choice): Promise<PackagedTemplate> {
  const folder = join(CACHE, inputsHash());
  const file = join(folder, `${slug(choice)}.json`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    await packageInto(file, choice);
  }
  return { file, body: JSON.parse(readFileSync(file, 'utf8')) as Template };
}

/** In a folder of links to the project: `sls` writes .serverless beside serverless.yml, and may run twice at once. */
async function packageInto(file: string, { profile, stage, params = {} }: Choice): Promise<void> {
  const service = mkdtempSync(join(tmpdir(), 'evenkeel-service-'));
  // Bundles are put there: in a fresh clone nobody has yet.
  mkdirSync(join(root, 'dist'), { recursive: true });
  for (const name of readdirSync(root).filter((one) => !['.serverless', SERVICE].includes(one)))
    symlinkSync(join(root, name), join(service, name));
  copyFileSync(join(root, SERVICE), join(service, SERVICE));
  const sls = join(root, 'node_modules/serverless/bin/serverless.js');
  const given = Object.entries({ profile, ...params }).map(([name, value]) => `--param=${name}=${value}`);
  try {
    await promisify(execFile)(process.execPath, [sls, 'package', '--stage', stage, ...given], {
      cwd: service,
      env: { ...process.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
    });
    // Written aside and renamed: two suites at once never see half a file.
    const draft = `${file}.${process.pid}`;
    copyFileSync(join(service, '.serverless', 'cloudformation-template-update-stack.json'), draft);
    renameSync(draft, file);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`sls package failed for ${profile} in stage ${stage}:\n${stdout}${stderr}`, {
      cause: error,
    });
  } finally {
    rmSync(service, { recursive: true });
  }
}

function slug({ profile, stage, params = {} }: Choice): string {
  const given = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return [profile, stage, ...given].join('.').replaceAll(/[^\w.=-]/g, '_');
}

let hash: string | undefined;

/** Of the files as they are when it is first asked for: a process judges one state of the project. */
function inputsHash(): string {
  if (hash !== undefined) return hash;
  const digest = createHash('sha256');
  for (const path of INPUTS.flatMap(filesOf))
    digest
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)));
  hash = digest.digest('hex').slice(0, 16);
  return hash;
}

function filesOf(input: string): string[] {
  if (/\.(yml|json|ts)$/.test(input)) return [input];
  if (!existsSync(join(root, input))) return [];
  return readdirSync(join(root, input), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !path.includes('node_modules'))
    .sort();
}
