/** fleets.yml as text. Functions are given the same as JSON. */
import type { Configuration } from '../../shared/domain/index.ts';
import { parseFleets } from '../../shared/config/fleets.ts';
import { readCheckedYaml } from './checked-yaml.ts';

/**
 * Reads and checks the text of fleets.yml.
 *
 * @param file  its name, for messages
 * @returns the object that the YAML stands for, as it is given to functions: `parseFleets` takes it
 * @throws InvalidFileError with all that is wrong
 */
export function readFleets(text: string, file = 'fleets.yml'): unknown {
  return checked(text, file).object;
}

/** What the text of fleets.yml means, with every default filled in. As {@link readFleets} otherwise. */
export function fleetsOf(text: string, file = 'fleets.yml'): Configuration {
  return checked(text, file).meaning;
}

function checked(text: string, file: string) {
  return readCheckedYaml(text, file, (object) => {
    const parsed = parseFleets(object);
    return 'problems' in parsed ? parsed : { meaning: parsed.configuration };
  });
}
