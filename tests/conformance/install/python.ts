import { join } from 'node:path';
import { cachedFolder, root } from './cache.ts';
import { succeeded } from './command.ts';

const REQUIREMENTS = join(root, 'tests', 'conformance', 'requirements.txt');

/** Folder of the programs of a virtual environment with AWS's Python clients: `python`, `aws`, `pytest`, `moto_server`. */
export async function pythonPrograms(): Promise<string> {
  const folder = await cachedFolder('python', REQUIREMENTS, async (fresh) => {
    await succeeded('python3', ['-m', 'venv', fresh]);
    await succeeded(join(fresh, 'bin', 'pip'), [
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--requirement',
      REQUIREMENTS,
    ]);
  });
  return join(folder, 'bin');
}
