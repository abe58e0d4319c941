/** Writes resource-types.json anew: `node tools/cloud/services/cloudformation/schema/generate.ts`. */
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { extractResourceTypes } from './extract.ts';
import { TYPE_NAMES } from './type-names.ts';

const file = new URL('resource-types.json', import.meta.url);
const text = JSON.stringify(extractResourceTypes(TYPE_NAMES));
writeFileSync(file, await format(text, { parser: 'json', printWidth: 110 }));
