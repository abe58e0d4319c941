import { describe, expect, it } from 'vitest';
import { packagedCases } from './cases.ts';
import { broken, subjectsOf, type Demand } from './demands/demand.ts';
import { DEMANDS } from './demands/index.ts';

const cases = await packagedCases();

const subjects = (demand: Demand) =>
  cases.flatMap((one) => subjectsOf(demand, one).map((subject) => ({ subject, template: one.name })));

describe.each(DEMANDS)('row $row of docs/security.md: $rule', (demand) => {
  it('is asked of something', () => {
    expect(subjects(demand)).not.toEqual([]);
  });

  it('is met by every packaged template', () => {
    const unmet = subjects(demand).filter(({ subject }) => !demand.met(subject));
    expect(unmet.map(({ subject, template }) => `${template} ${subject.name}`)).toEqual([]);
  });

  it('is not met by a template that breaks it', () => {
    const unnoticed = subjects(demand).filter(({ subject }) => demand.met(broken(subject, demand)));
    expect(unnoticed.map(({ subject, template }) => `${template} ${subject.name}`)).toEqual([]);
  });
});
