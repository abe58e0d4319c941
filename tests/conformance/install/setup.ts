import { javaLibraries } from './jars.ts';
import { checkovPrograms, pythonPrograms } from './python.ts';

/** Installs once, before the suites that would each find the cache empty. */
export default async function setup(): Promise<void> {
  await Promise.all([pythonPrograms(), checkovPrograms(), javaLibraries()]);
}
