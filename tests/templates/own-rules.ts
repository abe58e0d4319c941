import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fleetsOf } from '../../tools/build/fleets.ts';
import { costRows, DOCUMENT, writtenCosts } from '../../tools/cost/document.ts';
import { estimate } from '../../tools/cost/estimate.ts';
import { LEVELS } from '../../tools/cost/levels.ts';
import { REGIONS } from '../../tools/cost/prices.ts';
import { usageOf } from '../../tools/cost/usage.ts';
import { readTemplate } from '../../tools/templates/template.ts';
import { lintTiming } from '../../tools/timing/lint.ts';
import { timingModel } from '../../tools/timing/read/index.ts';
import type { Choice } from '../support/templates.ts';
import { root, type Case } from './cases.ts';

const DEFAULTS = parse(readFileSync(join(root, 'infra', 'profiles', 'defaults.yml'), 'utf8')) as Readonly<
  Record<string, { readonly fleets: string }>
>;

const written = writtenCosts(readFileSync(DOCUMENT, 'utf8'));

/** What we ask of every template beside what others do: times that agree, and a price for all that is created. */
export function describeByOwnRules(cases: readonly Case[]): void {
  describe('every profile', () => {
    it.each(cases)('$name: its times agree, without an error or a warning', ({ choice, body }) => {
      const file = fleetsFile(choice);
      const { fleets } = fleetsOf(readFileSync(file, 'utf8'), file);
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

    const priced = cases.filter(({ choice }) => choice.params === undefined);
    it.each(priced)('$name: costs what docs/costs.md says, to a dollar or a fiftieth', ({ name, body }) => {
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

/** The fleets file that the params name, or the one that the profile takes by default. */
function fleetsFile({ profile, params = {} }: Choice): string {
  return join(root, params.fleets ?? DEFAULTS[profile]?.fleets ?? '');
}
