/**
 * `npm run bench:policies`: Evenkeel's policy beside all others, on all loads there are. `--json` prints the figures instead
 * of tables, `--write` writes both to docs/benchmarks/, `--traces DIR` says where real loads are, `--only NAME` takes the
 * loads whose name has that in it, `--seed N` generates others (1), `--threads N` is how many loads are measured at once.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { allLoads, BESIDE } from './loads.ts';
import { pageOf } from './page.ts';
import { measureSpeed } from './speed.ts';
import { summaryOf } from './summary.ts';
import { asText, tablesOf } from './tables.ts';
import { measureAll } from './threads.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    write: { type: 'boolean' },
    traces: { type: 'string', default: BESIDE },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  },
});

const seed = Number(values.seed);
if (!Number.isSafeInteger(seed)) {
  process.stderr.write(`--seed ${values.seed} is no whole number: give one, as in --seed 2\n`);
  process.exit(2);
}
const started = performance.now();
const speed = measureSpeed();
const all = allLoads(values.traces, seed);
const refs = all.filter((ref) => (ref.kind === 'real' ? ref.file : ref.name).includes(values.only));
if (!all.some(({ kind }) => kind === 'real'))
  process.stderr.write(
    `no real loads in ${values.traces}: docs/benchmarks/policies.md says where they come from\n`,
  );
const loads = await measureAll(refs, Number(values.threads), ({ load }, done) => {
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stderr.write(`${done} of ${refs.length} loads after ${seconds} s: ${load}\n`);
});
const summary = summaryOf(loads);
const tables = tablesOf(loads, summary, speed);

if (values.json === true) process.stdout.write(`${JSON.stringify({ summary, speed, loads }, null, 2)}\n`);
else process.stdout.write(`${tables.map(asText).join('\n\n')}\n`);

if (values.write === true) {
  const folder = resolve(import.meta.dirname, '..', '..', 'docs', 'benchmarks');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'policies.json'), `${JSON.stringify({ summary, speed }, null, 2)}\n`);
  writeFileSync(join(folder, 'policies.md'), await pageOf(tables, loads));
}
