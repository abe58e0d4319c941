import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fleetsOf } from '../../tools/build/fleets.ts';
import { costRows, DOCUMENT, writtenCosts } from '../../tools/cost/document.ts';
import { estimate } from '../../tools/cost/estimate.ts';
import { LEVELS } from '../../tools/cost/levels.ts';
import { REGIONS } from '../../tools/cost/prices.ts';
import { usageOf } from '../../tools/cost/usage.ts';
import { readTemplate } from '../../tools/templates/template.ts';
import { lintTiming } from '../../tools/timing/lint.ts';
import { timingModel } from '../../tools/timing/read/index.ts';
import type { Case } from './cases.ts';
import { root } from './cases.ts';

const written = writtenCosts(readFileSync(DOCUMENT, 'utf8'));

/** What we ask of every template beside what others do: times that agree, and a price for all that is created. */
export function describeByOwnRules(cases: readonly Case[]): void {
  describe('every profile', () => {
    it.each(cases)('$name: its times agree, without an error or a warning', ({ name, body }) => {
      const { fleets } = fleetsOf(readFileSync(fleetsFile(name), 'utf8'), fleetsFile(name));
      expect(lintTiming(timingModel(fleets, Date.now(), readTemplate(body)))).toEqual([]);
    });

    it.each(cases)('$name: each type of resource is priced, or free for a reason', ({ body }) => {
      for (const region of REGIONS) {
        const { notPriced, total } = estimate(readTemplate(body), usageOf(), region);
        expect(
          notPriced.filter(({ why }) => /nothing is known|the table has no|does not tell/.test(why)),
        ).toEqual([]);
        expect(total.min).toBeGreaterThan(0);
      }
    });

    it.each(cases)('$name: costs what docs/costs.md says, to a dollar or a fiftieth', ({ name, body }) => {
      const [profile = '', stage = ''] = name.split('/');
      for (const { region, dollars } of costRows([{ profile, stage, template: body }])) {
        const said = written.get(`${region}/${name}`);
        // `npm run costs -- --write` writes it anew.
        for (const level of LEVELS)
          expect(Math.abs((said?.[level] ?? NaN) - dollars[level]), level).toBeLessThanOrEqual(
            Math.max(1, dollars[level] / 50),
          );
      }
    });
  });
}

/** The fleets file of a profile's own, or the project's. */
function fleetsFile(name: string): string {
  const own = join(root, 'examples', name.split('/')[0] ?? '', 'fleets.yml');
  return existsSync(own) ? own : join(root, 'fleets.yml');
}
