import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assumptionsOf } from '../../../tools/cost/assumptions.ts';
import { costRows, costsDocument, DOCUMENT, writtenCosts } from '../../../tools/cost/document.ts';
import { estimate } from '../../../tools/cost/estimate.ts';
import { reportText } from '../../../tools/cost/report.ts';
import type { UsageOptions } from '../../../tools/cost/usage.ts';
import { usageOf } from '../../../tools/cost/usage.ts';
import { readTemplate } from '../../../tools/templates/template.ts';

const NAT = { Type: 'AWS::EC2::NatGateway', Properties: {} };
const QUEUE = { Type: 'AWS::SQS::Queue', Properties: {} };
const LOGS = { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 30 } };
const BUCKET = { Type: 'AWS::S3::Bucket', Properties: {} };
const GROUP = {
  Type: 'AWS::AutoScaling::AutoScalingGroup',
  Properties: {
    MinSize: '2',
    MaxSize: '10',
    DesiredCapacity: '2',
    LaunchTemplate: { LaunchTemplateId: { Ref: 'Launch' }, Version: '1' },
  },
};
const LAUNCH = {
  Type: 'AWS::EC2::LaunchTemplate',
  Properties: { LaunchTemplateData: { InstanceType: 't4g.small' } },
};

function textOf(
  resources: object,
  options: UsageOptions = {},
  { isWhole = false, region = 'us-east-1' } = {},
) {
  const template = readTemplate({ Resources: resources });
  const usage = usageOf(options);
  return reportText({
    title: 'it',
    estimate: estimate(template, usage, region),
    usage,
    assumptions: assumptionsOf(template, usage, region),
    hints: [],
    isWhole,
  });
}

describe('a report', () => {
  it('says the answer before the lines that it is made of', () => {
    const [first] = textOf({ Nat: NAT, Launch: LAUNCH, Group: GROUP }).split('\n');
    expect(first).toBe('it: about $83 a month; $58 at the least, $158 at the most');
  });

  it('shows under each column for how many instances and requests it holds', () => {
    const text = textOf({ Launch: LAUNCH, Group: GROUP, Bucket: BUCKET }, { requests: 5_000_000 });
    expect(text).toMatch(/^ {2}with instances +2 +4 +10$/m);
    expect(text).toMatch(/^ {2}and requests +500,000 +5,000,000 +50,000,000$/m);
  });

  it('folds lines that stay below a dollar into one, which the total contains', () => {
    const resources = { Nat: NAT, Logs: LOGS, Queue: QUEUE };
    const folded = textOf(resources);
    expect(folded).toMatch(/^3 lines below a dollar +0\.05 +0\.05 +0\.06 +--all shows them$/m);
    expect(folded).not.toContain('logs taken in');
    // 0.45, 0.90 and 2.25: large enough once.
    expect(textOf({ Nat: NAT, Launch: LAUNCH, Group: GROUP })).toContain('NAT gateway data');
    const whole = textOf(resources, {}, { isWhole: true });
    expect(whole).toMatch(/^logs taken in +0\.05 +0\.05 +0\.05/m);
    expect(whole).not.toContain('below a dollar');
    const total = /^total.*$/m;
    expect(total.exec(folded)?.[0]).toBe(total.exec(whole)?.[0]);
  });

  it('marks a price that was found in no copy of the list, and says so only then', () => {
    const marked = textOf({ Queue: QUEUE }, {}, { isWhole: true, region: 'eu-central-1' });
    expect(marked).toMatch(/0\.4\* per million requests/);
    expect(marked).toContain('* found in no copy of the list');
    expect(textOf({ Nat: NAT }, {}, { region: 'eu-central-1' })).not.toContain('*');
  });
});

describe('an assumption', () => {
  const of = (resources: object) =>
    assumptionsOf(readTemplate({ Resources: resources }), usageOf(), 'us-east-1');

  it('is named where the estimate would be another without it', () => {
    expect(of({ Logs: LOGS })).toEqual(['logGb']);
    expect(of({ Bucket: BUCKET })).toEqual(['requests', 'storageGb']);
    expect(of({ Queue: QUEUE })).toEqual(['invocations']);
    expect(of({ Nat: NAT, Launch: LAUNCH, Group: GROUP })).toEqual(['natGb']);
  });

  it('is not where nothing rests on it', () => {
    // Nothing goes through a gateway without instances.
    expect(of({ Nat: NAT })).toEqual([]);
  });
});

describe('the document of all profiles', () => {
  it('reads back what it has written', async () => {
    const template = { Resources: { Nat: NAT, Launch: LAUNCH, Group: GROUP } };
    const rows = costRows([{ profile: 'web', stage: 'dev', template }]);
    const written = writtenCosts(await costsDocument(rows));
    expect([...written.keys()]).toEqual(['eu-central-1/web/dev', 'us-east-1/web/dev']);
    expect(written.get('us-east-1/web/dev')).toEqual({ min: 58, typical: 83, max: 158 });
  });

  it('has a row of each stage of each profile', () => {
    const written = writtenCosts(readFileSync(DOCUMENT, 'utf8'));
    for (const profile of ['hello', 'web', 'wordpress', 'employee-directory', 'byo'])
      for (const stage of ['dev', 'prod'])
        expect([...written.keys()]).toContain(`eu-central-1/${profile}/${stage}`);
  });
});
