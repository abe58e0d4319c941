import type { Recipe } from './recipe.ts';
import { Account, type BakePorts, type Source } from './account.ts';
import { BakeError } from './bake-error.ts';
import { databaseProblem } from './remote-database.ts';

export interface BakeRequest {
  readonly recipe: Recipe;
  /** The server that is cloned. It is neither stopped nor changed. */
  readonly source: string;
  /** Clears away a bake that seems to be under way. */
  readonly takesOver: boolean;
}

export interface Baked {
  readonly image: string;
  readonly name: string;
  readonly source: string;
  /** Where the image's id was published. */
  readonly parameter: string | undefined;
  readonly seconds: number;
}

/**
 * Makes an image of a server: clone, customise, strip, check, image, publish. All of it happens on a clone, which is
 * gone in the end, however it ends.
 *
 * @throws BakeError naming the step that failed, with what the command said
 */
export async function bake({ recipe, source: id, takesOver }: BakeRequest, on: BakePorts): Promise<Baked> {
  const started = on.clock.now();
  const account = new Account(recipe.name, on);
  const source = await account.source(id);
  await account.clearAway({ takesOver });
  try {
    const builder = await cloned(account, source, on);
    await prepare(builder, recipe, account, on);
    const { image, name } = await account.imageOf(builder, source);
    on.say('image', `${image} (${name}) is available`);
    if (recipe.parameter !== undefined) await publish(recipe.parameter, image, account, on);
    return {
      image,
      name,
      source: id,
      parameter: recipe.parameter,
      seconds: (on.clock.now() - started) / 1000,
    };
  } finally {
    await account.clearAway({ takesOver: true });
  }
}

async function cloned(account: Account, source: Source, on: BakePorts): Promise<string> {
  on.say('clone', `an image of ${source.id} is taken, while it goes on running`);
  const image = await account.cloneOf(source);
  const builder = await account.launch(image, source);
  on.say('clone', `${builder} runs it, as a ${source.type} in ${source.subnet}`);
  return builder;
}

async function prepare(builder: string, recipe: Recipe, account: Account, on: BakePorts): Promise<void> {
  for (const step of ['customise', 'strip', 'checks'] as const)
    for (const command of recipe[step]) {
      on.say(step, command);
      await account.run(builder, command, { step, within: recipe.within });
    }
  const { database } = recipe;
  if (database !== undefined) await checkDatabase(builder, { ...recipe, database }, account, on);
}

async function checkDatabase(
  builder: string,
  { database, within }: { database: NonNullable<Recipe['database']>; within: number },
  account: Account,
  on: BakePorts,
): Promise<void> {
  const ask = (command: string) => account.run(builder, command, { step: 'database', within });
  const host = await ask(database.host);
  const running: string[] = [];
  for (const server of database.servers)
    if ((await ask(`pgrep -x ${server} || true`)).trim() !== '') running.push(server);
  const problem = databaseProblem({ host, addresses: await account.addressesOf(builder), running });
  if (problem !== undefined) throw new BakeError('database', problem);
  on.say('database', `${host.trim()} is remote`);
}

async function publish(parameter: string, image: string, account: Account, on: BakePorts): Promise<void> {
  await account.publish(parameter, image);
  on.say('publish', `${parameter} names ${image}: the next refresh rolls it out`);
}
