import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../../tools/cost/estimate.ts';
import { estimate, METERS } from '../../../tools/cost/estimate.ts';
import { FREE } from '../../../tools/cost/free.ts';
import { hintsOf } from '../../../tools/cost/hints.ts';
import { LEVELS } from '../../../tools/cost/levels.ts';
import { REGIONS, TABLE } from '../../../tools/cost/prices.ts';
import type { UsageOptions } from '../../../tools/cost/usage.ts';
import { usageOf } from '../../../tools/cost/usage.ts';
import { readTemplate } from '../../../tools/templates/template.ts';

const root = join(import.meta.dirname, '../../..');

const LAUNCH = {
  Type: 'AWS::EC2::LaunchTemplate',
  Properties: {
    LaunchTemplateData: {
      InstanceType: 't4g.small',
      Monitoring: { Enabled: true },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeType: 'gp3', VolumeSize: 16 } }],
    },
  },
};
const GROUP = {
  Type: 'AWS::AutoScaling::AutoScalingGroup',
  Properties: {
    MinSize: '2',
    MaxSize: '10',
    DesiredCapacity: '2',
    LaunchTemplate: { LaunchTemplateId: { Ref: 'Launch' }, Version: '1' },
  },
};
const NAT = { Type: 'AWS::EC2::NatGateway', Properties: {} };
const ADDRESS = { Type: 'AWS::EC2::EIP', Properties: {} };

function subnet(zone: number) {
  return {
    Type: 'AWS::EC2::Subnet',
    Properties: { AvailabilityZone: { 'Fn::Select': [zone, { 'Fn::GetAZs': '' }] } },
  };
}

function costOf(resources: object, options: UsageOptions = {}, region = 'us-east-1'): Estimate {
  return estimate(readTemplate({ Resources: resources }), usageOf(options), region);
}

function dollars(found: Estimate, item: string) {
  const line = found.lines.find((candidate) => candidate.item === item);
  return line && LEVELS.map((level) => Number(line.dollars[level].toFixed(4)));
}

describe('an estimate', () => {
  it('charges instances, their volumes and their monitoring for 730 hours', () => {
    const found = costOf({ Launch: LAUNCH, Group: GROUP });
    // Two, four (two and a quarter of the eight above) and ten of them.
    expect(found.instances).toEqual({ min: 2, typical: 4, max: 10 });
    expect(dollars(found, 'instances t4g.small')).toEqual([24.528, 49.056, 122.64]);
    expect(dollars(found, 'volumes gp3')).toEqual([2.56, 5.12, 12.8]);
    expect(dollars(found, 'detailed monitoring')).toEqual([4.2, 8.4, 21]);
    expect(found.total.min).toBeCloseTo(24.528 + 2.56 + 4.2);
  });

  it('charges each NAT gateway and its address, and what instances move through them once', () => {
    const one = costOf({ Launch: LAUNCH, Group: GROUP, Nat: NAT, Address: ADDRESS });
    expect(dollars(one, 'NAT gateway hours')).toEqual([32.85, 32.85, 32.85]);
    expect(dollars(one, 'public addresses')).toEqual([3.65, 3.65, 3.65]);
    // Five GB an instance.
    expect(dollars(one, 'NAT gateway data')).toEqual([0.45, 0.9, 2.25]);
    const two = costOf({ Launch: LAUNCH, Group: GROUP, A: NAT, B: NAT });
    expect(dollars(two, 'NAT gateway hours')).toEqual([65.7, 65.7, 65.7]);
    expect(dollars(two, 'NAT gateway data')).toEqual([0.45, 0.9, 2.25]);
  });

  it('charges a load balancer by the dimension of which most is used', () => {
    const balancer = {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Properties: { Subnets: [{ Ref: 'A' }, { Ref: 'B' }] },
    };
    const found = costOf({ Balancer: balancer }, { requests: 3_000_000, kbPerRequest: 50 });
    expect(dollars(found, 'ALB hours')).toEqual([16.425, 16.425, 16.425]);
    // 15, 150 and 1500 GB, a GB an hour is one unit; connections are far fewer.
    expect(dollars(found, 'ALB capacity units')).toEqual([0.12, 1.2, 12]);
    // The first hundred GB are free.
    expect(dollars(found, 'data to visitors')).toEqual([0, 4.5, 126]);
    expect(dollars(found, 'public addresses')).toEqual([7.3, 7.3, 7.3]);
    const light = costOf({ Balancer: balancer }, { requests: 657_000_000, kbPerRequest: 0 });
    // 657 million requests are 25 new connections a second: one unit.
    expect(dollars(light, 'ALB capacity units')).toEqual([0.584, 5.84, 58.4]);
  });

  it('charges a database in two zones twice', () => {
    const database = (MultiAZ: boolean) => ({
      Type: 'AWS::RDS::DBInstance',
      Properties: {
        Engine: 'mysql',
        DBInstanceClass: 'db.t4g.small',
        AllocatedStorage: '20',
        StorageType: 'gp3',
        MultiAZ,
        ManageMasterUserPassword: true,
      },
    });
    const one = costOf({ Database: database(false) });
    expect(dollars(one, 'database db.t4g.small')).toEqual([23.36, 23.36, 23.36]);
    expect(dollars(one, 'database storage')).toEqual([2.3, 2.3, 2.3]);
    expect(dollars(one, 'secrets')).toEqual([0.4, 0.4, 0.4]);
    const two = costOf({ Database: database(true) });
    expect(dollars(two, 'database db.t4g.small Multi-AZ')).toEqual([46.72, 46.72, 46.72]);
    expect(dollars(two, 'database storage Multi-AZ')).toEqual([4.6, 4.6, 4.6]);
  });

  it('takes the prices of its region', () => {
    const found = costOf({ Nat: NAT }, {}, 'eu-central-1');
    expect(dollars(found, 'NAT gateway hours')).toEqual([37.96, 37.96, 37.96]);
  });

  it('names what it has no price for, and never counts it as nothing in silence', () => {
    const large = structuredClone(LAUNCH);
    large.Properties.LaunchTemplateData.InstanceType = 'x2iezn.metal';
    const found = costOf({
      Launch: large,
      Group: GROUP,
      Quantum: { Type: 'AWS::Braket::QuantumTask', Properties: {} },
    });
    expect(found.notPriced).toEqual([
      { item: 'Quantum (AWS::Braket::QuantumTask)', why: 'nothing is known of what it costs' },
      { item: 'instances x2iezn.metal', why: 'the table has no ec2.x2iezn.metal for us-east-1' },
    ]);
  });

  it('lets options stand in place of the template’s sizes', () => {
    const found = costOf({ Launch: LAUNCH, Group: GROUP }, { min: 3, typical: 5, max: 40 });
    expect(found.instances).toEqual({ min: 3, typical: 5, max: 40 });
    expect(costOf({ Launch: LAUNCH, Group: GROUP }, { max: 3 }).instances).toEqual({
      min: 2,
      typical: 3,
      max: 3,
    });
  });

  it('never falls when there are more instances, requests or gigabytes', () => {
    const resources = {
      Launch: LAUNCH,
      Group: GROUP,
      Nat: NAT,
      Flow: { Type: 'AWS::EC2::FlowLog', Properties: { LogDestinationType: 's3' } },
      Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Subnets: ['a', 'b'] } },
      Files: { Type: 'AWS::EFS::FileSystem', Properties: { ThroughputMode: 'elastic' } },
      Table: { Type: 'AWS::DynamoDB::Table', Properties: { BillingMode: 'PAY_PER_REQUEST' } },
      Bucket: { Type: 'AWS::S3::Bucket', Properties: {} },
    };
    const amount = fc.nat({ max: 10_000 });
    const options = fc.record({
      min: amount,
      requests: amount,
      storageGb: amount,
      natGb: amount,
      kbPerRequest: amount,
    });
    fc.assert(
      fc.property(options, options, (few, more) => {
        const before = costOf(resources, few);
        const after = costOf(
          resources,
          Object.fromEntries(
            Object.entries(few).map(([key, value]) => [key, value + more[key as keyof typeof more]]),
          ),
        );
        for (const level of LEVELS)
          expect(after.total[level]).toBeGreaterThanOrEqual(before.total[level] - 1e-9);
      }),
    );
  });
});

describe('a hint', () => {
  it('says what the other way of NAT costs', () => {
    const zones = { A: subnet(0), B: subnet(1), C: subnet(2), D: subnet(0) };
    const one = hintsOf(readTemplate({ Resources: { ...zones, Nat: NAT } }), 'us-east-1');
    // Two more gateways and their addresses: 2 × (0.045 + 0.005) × 730.
    expect(one.map(({ dollars: more }) => more)).toEqual([73]);
    expect(one[0]?.text).toMatch(/^--param nat=per-zone adds \$73\.00 a month/);
    const three = hintsOf(readTemplate({ Resources: { ...zones, X: NAT, Y: NAT, Z: NAT } }), 'us-east-1');
    expect(three.map(({ dollars: more }) => more)).toEqual([-73]);
  });
});

describe('the price table', () => {
  it('names unit and page of each price', () => {
    for (const [key, { unit, source, prices }] of Object.entries(TABLE.prices)) {
      expect({ key, unit, source }).toMatchObject({
        unit: expect.stringMatching(/\S/) as string,
        source: expect.stringMatching(/^https:\/\/aws\.amazon\.com\//) as string,
      });
      for (const { usd } of Object.values(prices)) expect(usd).toBeGreaterThan(0);
    }
    expect(REGIONS).toEqual(['eu-central-1', 'us-east-1']);
  });

  it('says of each copy of the list what it is and, where it tells, its day, month or year', () => {
    for (const { date, what } of Object.values(TABLE.copies)) {
      expect(what).toMatch(/\S/);
      expect(date ?? '2026').toMatch(/^20\d\d(-\d\d){0,2}$/);
      expect((date ?? '') <= TABLE.compiled).toBe(true);
    }
  });

  it('names copies that it has, newest first, and has none that it does not name', () => {
    const named = Object.values(TABLE.prices).flatMap(({ prices }) => Object.values(prices));
    expect([...new Set(named.flatMap((figure) => figure.in))].sort()).toEqual(
      Object.keys(TABLE.copies).sort(),
    );
    for (const figure of named) {
      const dates = figure.in.map((name) => TABLE.copies[name]?.date ?? '');
      expect(dates).toEqual([...dates].sort().reverse());
    }
  });

  it('has a meter or a reason for every type of resource that a profile creates', () => {
    const files = readdirSync(join(root, 'infra'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.yml'),
    );
    const types = files.flatMap((name) =>
      [
        ...readFileSync(join(root, 'infra', name), 'utf8').matchAll(
          /\bType: (AWS::[A-Za-z0-9]+::[A-Za-z0-9]+)/g,
        ),
      ].map(([, type = '']) => type),
    );
    expect(types.length).toBeGreaterThan(50);
    expect([...new Set(types)].filter((type) => !(type in METERS) && !(type in FREE))).toEqual([]);
  });

  it('takes no type for both charged and free', () => {
    expect(Object.keys(METERS).filter((type) => type in FREE)).toEqual([]);
  });
});
