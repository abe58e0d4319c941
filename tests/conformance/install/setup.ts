import { javaLibraries } from './jars.ts';
import { pythonPrograms } from './python.ts';

/** Installs once, before the suites that would each find the cache empty. */
export default async function setup(): Promise<void> {
  await Promise.all([pythonPrograms(), javaLibraries()]);
}
