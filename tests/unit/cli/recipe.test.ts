import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InvalidFileError } from '../../../tools/build/checked-yaml.ts';
import { readRecipe } from '../../../tools/cli/bake/recipe.ts';

function refusal(text: string): string {
  try {
    readRecipe(text, 'recipe.yml');
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidFileError);
    return (error as InvalidFileError).message;
  }
}

describe('a recipe', () => {
  it('is read as the example has it', () => {
    const example = join(import.meta.dirname, '..', '..', '..', 'examples', 'byo', 'recipe.yml');
    expect(readRecipe(readFileSync(example, 'utf8'), 'recipe.yml')).toMatchObject({
      name: 'shop',
      strip: [expect.stringContaining("remove -y 'sp-serverpilot-*'") as string],
      database: { servers: ['mysqld', 'mariadbd', 'postgres'] },
      parameter: '/evenkeel/images/shop',
      within: 30 * 60_000,
    });
  });

  it('may be no more than a name and where the database is', () => {
    expect(readRecipe('name: a\ndatabase: { host: hostname }', 'recipe.yml')).toMatchObject({
      customise: [],
      strip: [],
      checks: [],
      parameter: undefined,
    });
  });

  it.each([
    ['name: a', /^recipe\.yml:1:1 database: is missing: write \{ host: COMMAND \}/],
    ['name: Shop\ndatabase: { host: x }', /^recipe\.yml:1:7 name: "Shop" is wrong: a name is/],
    [
      'name: a\ndatabase: { host: x }\nstripp: []',
      /^recipe\.yml:3:\d+ stripp: unknown key: did you mean strip\?/,
    ],
    ['name: a\ndatabase: { host: x }\npublish: /x', /publish: "\/x" is wrong: write ssm: and/],
    [
      'name: a\ndatabase: { host: x }\nwithin: 2h',
      /within: "2h" is wrong: write a span of time from 1m to 1h/,
    ],
    ['name: [', /^recipe\.yml:1:\d+ /],
  ])('%j is refused with place, value and mend', (text, message) => {
    expect(refusal(text)).toMatch(message);
  });
});
