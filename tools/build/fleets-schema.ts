import { format } from 'prettier';
import * as z from 'zod';
import { fleetsSchema } from '../../shared/config/schema/index.ts';

/** The text of fleets.schema.json: the JSON Schema of what fleets.yml may say. */
export async function fleetsJsonSchema(): Promise<string> {
  const schema = z.toJSONSchema(fleetsSchema.meta({ title: "Evenkeel's fleets.yml" }), {
    io: 'input',
    target: 'draft-7',
  });
  return format(JSON.stringify(schema), { parser: 'json', printWidth: 110 });
}
