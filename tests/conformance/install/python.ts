import { join } from 'node:path';
import { cachedFolder, root } from './cache.ts';
import { succeeded } from './command.ts';

const CONFORMANCE = join(root, 'tests', 'conformance');

/** Folder of the programs of a virtual environment with AWS's Python clients: `python`, `aws`, `pytest`, `moto_server`. */
export const pythonPrograms = () => programsOf('python', join(CONFORMANCE, 'requirements.txt'));

/** Folder of `checkov`, which wants a boto3 of its own. */
export const checkovPrograms = () =>
  programsOf('checkov', join(CONFORMANCE, 'templates', 'requirements.txt'));

async function programsOf(name: string, requirements: string): Promise<string> {
  const folder = await cachedFolder(name, requirements, async (fresh) => {
    await succeeded('python3', ['-m', 'venv', fresh]);
    await succeeded(join(fresh, 'bin', 'pip'), [
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--requirement',
      requirements,
    ]);
  });
  return join(folder, 'bin');
}
