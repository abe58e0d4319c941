import { format } from 'prettier';
import type { LoadFigures } from './measure.ts';
import type { Table } from './tables.ts';
import { asMarkdown } from './tables.ts';

/** The page that is published: docs/benchmarks/policies.md. */
export async function pageOf(tables: readonly Table[], loads: readonly LoadFigures[]): Promise<string> {
  const real = loads.filter(({ isReal }) => isReal).length;
  const days = loads.reduce((sum, { minutes }) => sum + minutes, 0) / 1440;
  const text = [
    introduction(real, loads.length - real, Math.round(days)),
    ...tables.map(asMarkdown),
    LIMITS,
  ].join('\n\n');
  return format(text, { parser: 'markdown', printWidth: 120, proseWrap: 'preserve' });
}

function introduction(real: number, generated: number, days: number): string {
  return `# Scaling policies, measured

Written by \`npm run bench:policies -- --write\`, losses and all. ${real} real and ${generated} generated loads, ${days} days of
minutes. [backtest.md](../backtest.md) says how a minute is counted and what each policy is; \`npx evenkeel backtest\` does the
same with your own load.

One configuration on all loads: boot 3 minutes, drain 5, metrics a minute late, a decision a minute, a violation budget of
1 % and head-room of at most 300 % (the default) unless a table says otherwise; an instance of such a size that the 99.5th percentile of the
load needs 60. Everything starts knowing nothing. Nothing is fitted to these loads but what each policy itself learns on its
way, from the past alone; knobs of rivals that are turned "in hindsight" know the whole load.

- Means over loads are geometric. Violations are compared as (minutes + 1): a load without any would make the mean nothing
  or infinite.
- "-76 %" means that Evenkeel has 76 % fewer. The worst load is the one on which it does worst beside that rival.
- The oracle knows the load ahead, has no violation, and still has to boot and to drain: the least that capacity can cost. What
  it spares beside a rival at Evenkeel's violations is more than what anybody can.
- Where a rival's sweep does not reach what Evenkeel came to, its nearest end counts; how often that was is in the last
  column. (The positions go from twenty times what is needed to less than the load uses up.)

The real loads are no part of the project. They are looked for in \`../shared/traces\`, or in \`--traces DIR\`, as CSV files
with the columns \`epoch_seconds,value\`; without them the generated ones are measured alone. \`nab_*\` are from
[numenta/NAB](https://github.com/numenta/NAB) (\`data/realAWSCloudwatch\`, \`data/realTweets\`; MIT), values of each five
minutes; \`nasa_http_jul95_1min\` is the log of NASA's web server in July 1995 from the
[Internet Traffic Archive](https://ita.ee.lbl.gov/html/contrib/NASA-HTTP.html), requests counted by the minute. The percentages
of CPU among them stand for a load only by that choice of scale.`;
}

const LIMITS = `## What limits it

- How much there is to win is what the oracle spares (in brackets in the last table of loads). On a day with a little noise that is
  10 to 17 % of target tracking's hours, on steps 7 %, and nobody can spare 30 % there; Evenkeel spares 2 to 5 %, for what is left
  between it and the oracle is the noise itself, five minutes ahead. What it spares in the mean comes from loads with jobs,
  bursts and crowds, most of all from three (\`nab_tweets_CRM\`, \`nasa_http_jul95_1min\`, \`batch-spikes\`), on which target tracking
  has to stand at several times the need. Without these three it is 11 %, of 29 % that the oracle spares.
- Jobs that come each hour are let go each time: on \`batch-spikes\` Evenkeel acts four times as often as target tracking, which
  keeps for the whole hour what the job needs. On all loads together it acts less.
- Evenkeel's constants were set on these loads together, so that the figures could flatter it. On other seeds of the generated
  loads (\`-- --seed 3\`, on which nothing was set, and 2, which was looked at beside them) it keeps budgets of 0.3, 1 and 3 %
  on 23, 24 and 24 of 24, and has 75 % fewer violations than target tracking at equal hours, as on the generated loads
  above. It acts 28 % more often than target tracking there, on account of the jobs.
- A load that doubles from one minute to the next is seen a minute later, and answered a boot after that: five minutes of
  violations that only standing head-room can spare. How much of it may stand is what \`headroom\` says; where bursts are
  larger than that, the budget is not kept, and that is the choice that the owner has made.
- One position of a knob for all loads wastes capacity on smooth loads and fails on wild ones. There a rival often has no
  violation at all where Evenkeel spends what its budget allows, so that geometric means come out even; mean shares, and
  the hours at an equal mean share, tell the difference.
- The first days have no season to learn from: a policy that has seen nothing reacts.
- On a load that stands still between steps nothing can be foreseen, and on straight lines whoever follows them closely is as
  good or better: \`react\`, \`reg\` and \`adapt\` are, and act several times as often.
- An outage ends as suddenly as it began, with more than what went: to hold what the season expects would not have spared a
  minute of violations ([tried](../scaling.md#what-was-tried-and-did-not-pay)).
- Values of each five minutes are joined by straight lines: within them every load looks smoother than it was, which makes
  the shortest boots look easier than they are.
- The simulations of rivals follow their documentation. None was run as a service; target tracking, step and
  simple scaling are compared with the local cloud's, minute by minute, by a test.`;
