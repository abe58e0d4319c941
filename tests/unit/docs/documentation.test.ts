/** What the documentation shows is what there is: each YAML block is valid, each command is one, each link leads somewhere. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseFleets } from '../../../shared/config/fleets.ts';
import { scaling } from '../../../shared/config/schema/scaling.ts';
import { COMMANDS } from '../../../tools/cli/commands/index.ts';
import { readOptions } from '../../../tools/sandbox/options.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');
const PAGES = ['*.md', 'docs/**/*.md', 'infra/*.md', 'examples/*/*.md']
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .sort();

const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

/** The blocks of a page in any of these languages. */
function blocksOf(page: string, ...languages: readonly string[]): string[] {
  return [...textOf(page).matchAll(/^```(\w+)\n([^]*?)^```$/gm)].flatMap(([, language = '', block = '']) =>
    languages.includes(language) ? [block] : [],
  );
}

/** Those that have any, with the page that they are of. */
function each(find: (page: string) => readonly string[]): [string, string][] {
  return PAGES.flatMap((page) => [...new Set(find(page))].map((found): [string, string] => [page, found]));
}

const SCALING_KEYS: ReadonlySet<string> = new Set(Object.keys(scaling.unwrap().shape));
const SIGNALS = { signals: { cpu: { metric: 'cpu', target: 60 } } };

/** A whole file, made of what a page shows a part of: a fleet's keys, or those of its scaling. */
function fleetsFileOf(block: string): unknown {
  const shown = parse(block) as Record<string, unknown>;
  if ('fleets' in shown) return shown;
  const isScaling = Object.keys(shown).every((key) => SCALING_KEYS.has(key));
  const fleet = isScaling ? { scaling: { ...SIGNALS, ...shown } } : shown;
  return { fleets: { web: { adopt: { tag: 'evenkeel:fleet=web' }, ...fleet } } };
}

describe('a block of fleets.yml', () => {
  const blocks = each((page) => blocksOf(page, 'yaml'));

  it('is on the pages that say what may be written', () => {
    expect(blocks.map(([page]) => page)).toEqual(
      expect.arrayContaining([
        'README.md',
        'docs/signals.md',
        'docs/behaviour.md',
        'docs/guards.md',
        'docs/drain.md',
      ]),
    );
  });

  it.each(blocks)('of %s is valid: %s', (_, block) => {
    const parsed = parseFleets(fleetsFileOf(block));
    expect('problems' in parsed ? parsed.problems : []).toEqual([]);
  });
});

/** Commands as they are written: in code of any kind, from a prompt or not, up to a comment or the next command. */
function commandsOf(page: string): string[] {
  const lines = blocksOf(page, 'sh', 'console').flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'));
  const inline = [...textOf(page).matchAll(/`((?:npx|npm) [^`\n]+)`/g)].map(([, text = '']) => text);
  return [...lines, ...inline].flatMap((line) => {
    const [, command] =
      /^(?:\$ )?((?:npx (?:evenkeel|sls)|npm (?:run|start)) ?[^#&>]*?)(?:\s+[#&>|].*|;.*)?$/.exec(line) ?? [];
    return command === undefined ? [] : [command.trim()];
  });
}

const commands = each(commandsOf);
const startingWith = (prefix: string) =>
  commands
    .filter(([, command]) => command.startsWith(prefix))
    .map(([page, command]) => ({
      page,
      command,
      words: command.slice(prefix.length).split(/\s+/).filter(Boolean),
    }));

describe('`npx evenkeel`', () => {
  const named = new Map(
    COMMANDS.map((make) => make()).map((command): [string, Command] => [command.name(), command]),
  );

  it.each(startingWith('npx evenkeel '))('of $page has it: $command', ({ words: [name = '', ...words] }) => {
    if (name === '--help') return;
    // `hold ID`, or several names that share a cell of a table.
    const command = named.get(name.replace(/,$/, ''));
    expect(command, name).toBeDefined();
    for (const word of words.filter((one) => one.startsWith('--'))) {
      const long = word.replace(/=.*$/, '');
      const options = command?.options.map((option) => option.long) ?? [];
      expect([...options, '--help'], name).toContain(long);
    }
  });

  it('is documented command by command', () => {
    const documented = new Set(startingWith('npx evenkeel ').map(({ words: [name] }) => name));
    for (const name of named.keys())
      expect(textOf('docs/cli.md') + [...documented].join(' '), name).toContain(name);
  });
});

describe('`npm start`', () => {
  it.each(startingWith('npm start --'))('of $page understands it: $command', ({ words }) => {
    const given = words
      .filter((word) => !/[[\]…]/.test(word))
      .map((word) => (word === 'N' || word === 'N\\|max' ? '5' : word));
    expect(() => readOptions(given, false)).not.toThrow();
  });
});

describe('`npm run`', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

  it.each(startingWith('npm run '))('of $page is a script: $command', ({ words }) => {
    expect(Object.keys(scripts)).toContain(words.find((word) => !word.startsWith('--')));
  });
});

describe('`npx sls`', () => {
  const { params } = parse(textOf('serverless.yml'), { logLevel: 'silent' }) as {
    params: { default: Record<string, unknown> };
  };
  const KNOWN = ['--stage', '--param', '--region', '--aws-profile', '--verbose', '--force'];

  it.each(startingWith('npx sls '))('of $page has its options and params: $command', ({ words }) => {
    expect(['deploy', 'remove', 'package', 'info', 'print', 'logs']).toContain(words[0]);
    for (const word of words.filter((one) => one.startsWith('--'))) expect(KNOWN).toContain(word);
    for (const [at, word] of words.entries()) {
      if (word !== '--param') continue;
      const [name = ''] = (words[at + 1] ?? '').replaceAll(/['"]/g, '').split('=');
      if (name !== 'NAME') expect(Object.keys(params.default)).toContain(name);
    }
  });
});

/** Where a page's heading is linked to, as GitHub names it. */
function anchorsOf(page: string): Set<string> {
  const headings = textOf(page)
    .replaceAll(/^```[^]*?^```$/gm, '')
    .matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe('a link', () => {
  const links = each((page) =>
    [
      ...textOf(page)
        .replaceAll(/^```[^]*?^```$/gm, '')
        .matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g),
    ].map(([, target = '']) => target),
  );

  it.each(links)('of %s leads somewhere: %s', (page, target) => {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : relative(root, resolve(root, dirname(page), path));
    expect(existsSync(join(root, file)), file).toBe(true);
    if (anchor !== undefined && file.endsWith('.md')) expect([...anchorsOf(file)]).toContain(anchor);
  });
});
