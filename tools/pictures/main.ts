/** `npm run pictures [NAME…]`: takes the pictures of docs anew, all or those named, from real runs. */
import { join } from 'node:path';
import { photographBacktest } from './backtest.ts';
import { photographDirectory } from './directory.ts';
import { photographHello } from './hello.ts';
import { photographScenario } from './scenario.ts';
import { photographWordPress } from './wordpress.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const folder = join(docs, 'profiles');
const scenario = (name: string) => () => photographScenario(name, join(folder, `${name}-run.png`));

const pictures: Readonly<Record<string, () => Promise<void>>> = {
  'hello-page': () => photographHello(join(folder, 'hello-page.png')),
  hello: scenario('hello'),
  web: scenario('web'),
  'wordpress-site': () => photographWordPress(folder),
  wordpress: scenario('wordpress'),
  'employee-directory-pages': () => photographDirectory(folder),
  'employee-directory': scenario('employee-directory'),
  byo: scenario('byo'),
  backtest: () => photographBacktest('flash-crowd', join(docs, 'backtest.png')),
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => pictures[name] === undefined);
if (unknown.length > 0) {
  const known = Object.keys(pictures).join(', ');
  process.stderr.write(`There is no picture ${unknown.join(', ')}: give some of ${known}, or none for all\n`);
  process.exitCode = 2;
} else {
  for (const [name, take] of Object.entries(pictures)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    process.stdout.write(`${name}\n`);
    await take();
  }
}
