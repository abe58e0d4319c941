/** `npm run schema`: writes fleets.schema.json, by which editors complete and check fleets.yml. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fleetsJsonSchema } from './fleets-schema.ts';

await writeFile(join(import.meta.dirname, '..', '..', 'fleets.schema.json'), await fleetsJsonSchema());
