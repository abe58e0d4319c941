import { describe, expect, it } from 'vitest';
import { CHOICES, packagedCases } from './cases.ts';
import { distinct, type Judge } from './finding.ts';
import { report } from './report.ts';
import { readSuppressions, tooWide, unexplained, unused } from './suppressions.ts';

/** The tests by which these tools judge the template of every profile and stage. Await it at the top of a suite. */
export async function describeJudgedBy(judges: readonly Judge[]): Promise<void> {
  const tools = judges.map(({ tool }) => tool);
  const cases = await packagedCases();
  const findings = distinct((await Promise.all(judges.map((one) => one.judge(cases)))).flat());
  const suppressions = readSuppressions();
  const open = unexplained(findings, suppressions);

  describe.each([...CHOICES.keys()])('the template of %s', (name) => {
    it.each(tools)('leaves nothing for %s to find that is not explained', (tool) => {
      expect(report(open.filter((one) => one.template === name && one.tool === tool))).toBe('');
    });
  });

  describe('suppressions.yml', () => {
    it('explains only what is found', () => {
      expect(unused(suppressions, findings, tools)).toEqual([]);
    });

    it('means resources of one type by one pattern', () => {
      expect(tooWide(suppressions, cases)).toEqual([]);
    });
  });
}
