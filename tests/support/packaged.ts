import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '..', '..');
const SLS = join(root, 'node_modules/serverless/bin/serverless.js');

export const PROFILES = ['hello', 'web', 'wordpress', 'employee-directory', 'byo'] as const;
export type Profile = (typeof PROFILES)[number];

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: string | string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Packaged {
  /** Where `sls deploy --package` finds all that it uploads. */
  readonly folder: string;
  /** What CloudFormation would be given. */
  readonly template: Template;
  /** What `sls` said on the way. */
  readonly output: string;
  readonly remove: () => Promise<void>;
}

/** `sls package` failed: `output` is what it said. */
export class PackagingFailed extends Error {
  override readonly name = 'PackagingFailed';
  readonly output: string;

  constructor(output: string) {
    super(`sls package failed:\n${output}`);
    this.output = output;
  }
}

/** Packages a profile as `sls deploy` would, into a folder of its own. */
export async function packaged(
  profile: string,
  stage = 'dev',
  params: Readonly<Record<string, string>> = {},
): Promise<Packaged> {
  const folder = await mkdtemp(join(tmpdir(), `evenkeel-${profile}-${stage}-`));
  const options = Object.entries({ profile, ...params }).map(([name, value]) => `--param=${name}=${value}`);
  const output = await run([SLS, 'package', '--stage', stage, '--package', folder, ...options]);
  const text = await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
  return {
    folder,
    template: JSON.parse(text) as Template,
    output,
    remove: () => rm(folder, { recursive: true }),
  };
}

async function run(args: readonly string[]): Promise<string> {
  const env = { ...process.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new PackagingFailed(stdout + stderr);
  }
}

export function ofType(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}
