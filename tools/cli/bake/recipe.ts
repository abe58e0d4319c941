import * as z from 'zod';
import { problemsOf } from '../../../shared/config/problems.ts';
import { span } from '../../../shared/config/quantities.ts';
import { readCheckedYaml } from '../../build/checked-yaml.ts';

/** How an image is made of a server: on a clone, so that the server itself is never touched. */
export interface Recipe {
  /** Images are named after it. */
  readonly name: string;
  /** Shell commands that bring the clone to what new instances should be. */
  readonly customise: readonly string[];
  /** Shell commands that take off what may exist only once, such as a management agent. */
  readonly strip: readonly string[];
  /** Undefined where the application has none. */
  readonly database:
    | undefined
    | {
        /** A shell command that prints the host to which the application connects. */
        readonly host: string;
        /** Names of processes that must not run on an instance: database servers. */
        readonly servers: readonly string[];
      };
  /** Shell commands that succeed on an image that is as it should be. */
  readonly checks: readonly string[];
  /** The SSM parameter that holds the newest image: what fleets.yml's `image.from` names. */
  readonly parameter: string | undefined;
  /** Milliseconds that one command may take. */
  readonly within: number;
}

const commands = (what: string) =>
  z
    .array(z.string({ error: 'write a shell command' }).min(1, { error: 'write a shell command' }), {
      error: 'write a list of shell commands',
    })
    .prefault([])
    .describe(what);

const database = z.strictObject(
  {
    host: z
      .string({ error: 'write a shell command that prints the host of the database' })
      .min(1, { error: 'write a shell command that prints the host of the database' }),
    servers: z
      .array(z.string({ error: 'write the name of a process, such as mysqld' }), {
        error: 'write a list of processes, such as [mysqld]',
      })
      .prefault(['mysqld', 'mariadbd', 'postgres']),
  },
  { error: 'write { host: COMMAND }: an image whose database is its own cannot be used twice' },
);

const recipeSchema = z
  .strictObject(
    {
      name: z.string({ error: 'write a name, such as shop' }).regex(/^[a-z][a-z0-9-]{0,31}$/, {
        error: 'a name is 1 to 32 small letters, digits and hyphens, and begins with a letter',
      }),
      customise: commands('Brings the clone to what new instances should be'),
      strip: commands('Takes off what may exist only once, such as a management agent'),
      database: z.union([z.literal('none'), database], {
        error: 'write { host: COMMAND }, or none: an image whose database is its own cannot be used twice',
      }),
      checks: commands('Succeed on an image that is as it should be'),
      publish: z
        .string({ error: 'write ssm: and the name of a parameter' })
        .regex(/^ssm:\/?[A-Za-z0-9_.\-/]{1,1000}$/, {
          error: 'write ssm: and the name of a parameter, such as ssm:/evenkeel/images/shop',
        })
        .optional(),
      within: span('1m', '1h').prefault('30m'),
    },
    { error: 'write a recipe by its keys: name, customise, strip, database, checks, publish' },
  )
  .describe('How `evenkeel bake` makes an image of a server');

/**
 * Reads a recipe.
 *
 * @param file its name, for messages
 * @throws InvalidFileError with all that is wrong
 */
export function readRecipe(text: string, file: string): Recipe {
  const { meaning } = readCheckedYaml(text, file, (object) => {
    const parsed = recipeSchema.safeParse(object);
    return parsed.success
      ? { meaning: parsed.data }
      : { problems: problemsOf(parsed.error, object, recipeSchema) };
  });
  const { publish, within, database: asked, ...recipe } = meaning;
  return {
    ...recipe,
    database: asked === 'none' ? undefined : asked,
    parameter: publish?.slice('ssm:'.length),
    within: within * 1000,
  };
}
