import { describe, expect, it } from 'vitest';
import type { Template } from '../support/packaged.ts';
import { distinct, type Finding } from './finding.ts';
import { parseSuppressions, tooWide, unexplained, unused } from './suppressions.ts';

const REASON = 'reason: The load balancer is reached by everyone on purpose.';
const finding: Finding = {
  tool: 'guard',
  rule: 'CT.S3.PR.2',
  resource: 'LogBucket',
  message: 'Require access logs',
  template: 'web/dev',
};

/** suppressions.yml with one finding explained by these lines. */
const suppressing = (...lines: string[]) =>
  parseSuppressions(['notices: []', 'findings:', `  - ${lines.join('\n    ')}`].join('\n'));

const logBucket = suppressing('rules: [guard CT.S3.PR.2]', 'resources: [LogBucket]', REASON);

describe('a finding', () => {
  it('is explained by an entry with its tool, its rule and its resource', () => {
    expect(unexplained([finding], logBucket)).toEqual([]);
  });

  it.each([
    { of: 'another tool', but: { tool: 'checkov' } as const },
    { of: 'another rule of the tool', but: { rule: 'CT.S3.PR.20' } },
    { of: 'another resource', but: { resource: 'LogBucketPolicy' } },
  ])('of $of stays open', ({ but }) => {
    const other = { ...finding, ...but };
    expect(unexplained([other], logBucket)).toEqual([other]);
  });

  it('in a template that the entry does not name stays open', () => {
    const inProd = { ...finding, template: 'web/prod' };
    const inDev = suppressing(
      'rules: [guard CT.S3.PR.2]',
      'resources: [LogBucket]',
      'templates: ["*/dev"]',
      REASON,
    );
    expect(unexplained([finding, inProd], inDev)).toEqual([inProd]);
  });

  it('is explained everywhere by a notice', () => {
    const notices = parseSuppressions(
      `notices:\n  - rules: [guard CT.S3.PR.2]\n    ${REASON}\nfindings: []\n`,
    );
    expect(unexplained([finding], notices)).toEqual([]);
  });

  it('is one finding however often a tool repeats it', () => {
    expect(distinct([finding, { ...finding, message: 'said otherwise' }])).toHaveLength(1);
  });
});

describe('an entry of suppressions.yml', () => {
  it('that explains nothing is named as unused', () => {
    expect(unused(logBucket, [], ['guard'])).toEqual(['guard CT.S3.PR.2 LogBucket']);
  });

  it('is named as unused by the part of it that explains nothing', () => {
    const two = suppressing('rules: [guard CT.S3.PR.2]', 'resources: [LogBucket, AssetBucket]', REASON);
    expect(unused(two, [finding], ['guard'])).toEqual(['guard CT.S3.PR.2 AssetBucket']);
  });

  it('is named as unused by a template in which nothing is found', () => {
    const two = suppressing(
      'rules: [guard CT.S3.PR.2]',
      'resources: [LogBucket]',
      'templates: [web/dev, web/prod]',
      REASON,
    );
    expect(unused(two, [finding], ['guard'])).toEqual(['guard CT.S3.PR.2 LogBucket web/prod']);
  });

  it('is not called unused where its tool was not asked', () => {
    expect(unused(logBucket, [], ['checkov'])).toEqual([]);
  });

  it('that is a notice of what nobody finds is named as unused', () => {
    const notices = parseSuppressions(`notices:\n  - rules: [guard CT.S3.PR.3]\n    ${REASON}\nfindings: []`);
    expect(unused(notices, [finding], ['guard'])).toEqual(['guard CT.S3.PR.3']);
  });

  it('that means resources of two types is too wide', () => {
    const Properties = {};
    const body: Template = {
      Resources: {
        LogBucket: { Type: 'AWS::S3::Bucket', Properties },
        AssetBucket: { Type: 'AWS::S3::Bucket', Properties },
        LogBucketPolicy: { Type: 'AWS::S3::BucketPolicy', Properties },
      },
      Outputs: {},
    };
    const means = (pattern: string) =>
      tooWide(suppressing('rules: [guard CT.S3.PR.2]', `resources: ["${pattern}"]`, REASON), [{ body }]);
    expect(means('*Bucket')).toEqual([]);
    expect(means('LogBucket*')).toEqual(['LogBucket*']);
  });

  it.each([
    { entry: 'without a reason', lines: ['rules: [guard CT.S3.PR.2]', 'resources: [LogBucket]'] },
    {
      entry: 'with a word for a reason',
      lines: ['rules: [guard CT.S3.PR.2]', 'resources: [LogBucket]', 'reason: not needed'],
    },
    { entry: 'for any resource', lines: ['rules: [guard CT.S3.PR.2]', 'resources: ["*"]', REASON] },
    {
      entry: 'for nearly any resource',
      lines: ['rules: [guard CT.S3.PR.2]', 'resources: ["*L*"]', REASON],
    },
    { entry: 'for no resource', lines: ['rules: [guard CT.S3.PR.2]', 'resources: []', REASON] },
    { entry: 'for no rule', lines: ['rules: []', 'resources: [LogBucket]', REASON] },
    { entry: 'for a whole tool', lines: ['rules: [guard]', 'resources: [LogBucket]', REASON] },
    { entry: 'for an unknown tool', lines: ['rules: [gard CT.S3.PR.2]', 'resources: [LogBucket]', REASON] },
    {
      entry: 'with a key that means nothing',
      lines: ['rules: [guard CT.S3.PR.2]', 'resource: [LogBucket]', 'resources: [LogBucket]', REASON],
    },
  ])('$entry is refused', ({ lines }) => {
    expect(() => suppressing(...lines)).toThrow('suppressions.yml');
  });
});
