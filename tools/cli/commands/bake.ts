import { setTimeout } from 'node:timers/promises';
import { EC2 } from '@aws-sdk/client-ec2';
import { SSM } from '@aws-sdk/client-ssm';
import { Command } from 'commander';
import { ssmCommands } from '../../../shared/aws/ssm-commands.ts';
import { InvalidFileError } from '../../build/checked-yaml.ts';
import { clientConfig, withAwsOptions, type AwsOptions } from '../aws.ts';
import { bake, type Baked } from '../bake/bake.ts';
import { readRecipe, type Recipe } from '../bake/recipe.ts';
import { readInput } from '../read-input.ts';
import { UsageError } from '../usage-error.ts';

interface BakeOptions extends AwsOptions {
  readonly from: string;
  readonly takeOver: boolean;
  readonly json: boolean;
}

/** `evenkeel bake RECIPE --from INSTANCE`: a machine image of a server, made on a clone of it. */
export function bakeCommand(): Command {
  const command = new Command('bake')
    .description('Make a machine image of a server: clone, customise, strip, check, image, publish')
    .argument('<recipe>', 'a recipe, such as examples/byo/recipe.yml; - reads standard input')
    .requiredOption('--from <instance>', 'the server, which goes on running as it is')
    .option('--take-over', 'clear away a bake of the recipe that seems to be under way', false)
    .option('--json', 'print {"image": …, "name": …, "source": …, "parameter": …, "seconds": …}', false);
  return withAwsOptions(command).action(async (file: string, options: BakeOptions) => {
    const recipe = recipeIn(await readInput(file), file);
    const baked = await bakeBy(recipe, options);
    process.stdout.write(options.json ? `${JSON.stringify(baked)}\n` : `${inWords(baked)}\n`);
  });
}

function recipeIn(text: string, file: string): Recipe {
  try {
    return readRecipe(text, file === '-' ? 'standard input' : file);
  } catch (error) {
    throw error instanceof InvalidFileError ? new UsageError(error.message, { cause: error }) : error;
  }
}

function bakeBy(recipe: Recipe, { from, takeOver, ...options }: BakeOptions): Promise<Baked> {
  if (!/^i-[0-9a-f]{8,17}$/.test(from))
    throw new UsageError(`--from ${from} is no instance: give its id, such as i-0b662ef9931388ba0`);
  const config = clientConfig(options);
  const ssm = new SSM(config);
  return bake(
    { recipe, source: from, takesOver: takeOver },
    {
      ec2: new EC2(config),
      ssm,
      commands: ssmCommands(ssm),
      clock: { now: Date.now, wait: (milliseconds) => setTimeout(milliseconds) },
      say: (step, text) => process.stderr.write(`${step.padEnd(9)}  ${text}\n`),
    },
  );
}

function inWords({ image, name, seconds, parameter }: Baked): string {
  const where = parameter === undefined ? '' : `, published as ${parameter}`;
  return `${image} (${name}) in ${Math.round(seconds / 60)} min${where}`;
}
