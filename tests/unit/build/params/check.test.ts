import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFleetsFile, checkParams } from '../../../../tools/build/params/check.ts';
import type { Params } from '../../../../tools/build/params/rules.ts';

const AL2023 = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';
const CERTIFICATE = 'arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000';

const common: Params = {
  profile: 'web',
  zones: '2',
  nat: 'one',
  certificate: 'none',
  domain: 'none',
  waf: 'off',
  desired: 'none',
  'key-pair': 'none',
  data: 'delete',
  'database-class': 'db.t4g.small',
  'database-multi-az': 'false',
  'refresh-schedule': 'cron(0 3 ? * SUN *)',
  'refresh-zone': 'Etc/UTC',
};
const fleetDefaults = { image: AL2023, 'instance-type': 't4g.small', min: '2', max: '20' };
const defaults = {
  web: { ...fleetDefaults, fleets: 'fleets.yml', fleet: 'web', 'load-balancer': 'alb' },
  hello: { ...fleetDefaults, fleets: 'examples/hello/fleets.yml', fleet: 'hello', 'load-balancer': 'none' },
  byo: {
    fleets: 'fleets.yml',
    fleet: 'none',
    'load-balancer': 'none',
    image: 'none',
    'instance-type': 'none',
    min: '0',
    max: '0',
  },
};
const known = [...Object.keys(common), ...Object.keys(fleetDefaults), 'load-balancer', 'fleets'];

const check = (cli: Params, stage: Params = {}) => checkParams({ cli, known, stage, common, defaults });
const problems = (cli: Params) => check(cli).problems;

describe('the params of a deployment', () => {
  it.each(['web', 'hello', 'byo'])('can be used as they are by profile %s', (profile) => {
    expect(problems({ profile })).toEqual([]);
  });

  it('that are misspelt are named with what was meant', () => {
    expect(problems({ zoness: '3' })).toEqual(['--param zoness is unknown: did you mean zones?']);
    expect(problems({ colour: 'red' })).toEqual([
      expect.stringContaining('--param colour is unknown: known are profile, '),
    ]);
  });

  it.each([
    [
      { profile: 'wep' },
      '--param profile=wep cannot be used: write hello, web, wordpress, employee-directory or byo',
    ],
    [{ zones: '4' }, '--param zones=4 cannot be used: write 2 or 3'],
    [{ nat: 'two' }, '--param nat=two cannot be used: write one or per-zone'],
    [{ 'load-balancer': 'clb' }, '--param load-balancer=clb cannot be used: write alb or nlb'],
    [{ certificate: 'arn:aws:iam::1:server-certificate/x' }, 'write none or a certificate’s ARN'],
    [{ domain: 'https://www.example.com' }, 'write none or a name, such as www.example.com'],
    [{ waf: 'yes' }, '--param waf=yes cannot be used: write on or off'],
    [{ min: '21' }, '--param min=21 cannot be used: write at most max, which is 20'],
    [{ min: '-1' }, '--param min=-1 cannot be used: write a whole number from 0 to 1000'],
    [{ max: '1e3' }, '--param max=1e3 cannot be used: write a whole number from 0 to 1000'],
    [{ min: '0', max: '0' }, '--param max=0 cannot be used: write at least 1'],
    [{ desired: '1' }, '--param desired=1 cannot be used: write none, or a number from min to max: 2 to 20'],
    [{ 'instance-type': 't4g' }, 'write an instance type, such as t4g.small'],
    [{ image: 'ami-xyz' }, "write an image's id"],
    [{ data: 'maybe' }, '--param data=maybe cannot be used: write keep or delete'],
    [{ 'database-class': 't4g.small' }, 'write a class of RDS, such as db.t4g.small'],
    [{ 'database-multi-az': 'yes' }, 'write true or false'],
    [{ 'refresh-schedule': '0 3 * * *' }, 'write cron(…), rate(…) or at(…)'],
    [{ 'refresh-zone': 'Berlin' }, 'write a zone of the IANA, such as Europe/Berlin'],
  ])('%j cannot be used, and the mend is said', (cli, mend) => {
    expect(problems(cli as Params)).toEqual([expect.stringContaining(mend.replace('’', "'"))]);
  });

  it('are refused all together', () => {
    expect(problems({ zones: '1', nat: 'none', zzz: '1' })).toHaveLength(3);
  });

  it('of the stage stand unless the command line says otherwise', () => {
    expect(check({}, { zones: '3' }).params.zones).toBe('3');
    expect(check({ zones: '2' }, { zones: '3' }).params.zones).toBe('2');
  });

  it('never let min, desired and max be out of order', () =>
    fc.assert(
      fc.property(fc.nat(30), fc.nat(30), fc.nat(30), (min, desired, max) => {
        const isFine = min <= desired && desired <= max && max > 0;
        const found = problems({ min: String(min), desired: String(desired), max: String(max) });
        expect(found.length === 0).toBe(isFine);
      }),
    ));
});

describe('an instance type', () => {
  const image = AL2023.replace('arm64', 'x86_64');

  it.each(['t4g.small', 'm7gd.large', 'c7gn.xlarge', 'x2gd.medium', 'a1.large'])(
    '%s is for an image for arm64',
    (type) => {
      expect(problems({ 'instance-type': type })).toEqual([]);
      expect(problems({ 'instance-type': type, image })).toEqual([
        expect.stringContaining('such as t3.small'),
      ]);
    },
  );

  it.each(['t3.small', 'm7i.large', 'g5.xlarge', 'g4dn.xlarge', 'u-6tb1.56xlarge'])(
    '%s is for an image for x86_64',
    (type) => {
      expect(problems({ 'instance-type': type, image })).toEqual([]);
      expect(problems({ 'instance-type': type })).toEqual([expect.stringContaining('a Graviton type')]);
    },
  );

  it('is not judged by an image whose architecture its id does not tell', () => {
    expect(problems({ 'instance-type': 't3.small', image: 'ami-0123456789abcdef0' })).toEqual([]);
  });
});

describe('what can be used and is worth a word', () => {
  it('is plain HTTP, as long as there is no certificate', () => {
    expect(check({}).warnings).toEqual([expect.stringContaining('--param certificate=ARN')]);
    expect(check({ certificate: CERTIFICATE }).warnings).toEqual([]);
    expect(check({ profile: 'hello' }).warnings).toEqual([]);
  });

  it('is a param that the profile does not read', () => {
    expect(check({ profile: 'hello', waf: 'on' }).warnings).toEqual([
      '--param waf changes nothing: profile hello does not read it',
    ]);
    expect(check({ profile: 'byo', zones: '3' }).warnings).toHaveLength(1);
  });

  it('waits until nothing is wrong', () => {
    expect(check({ zones: '9' }).warnings).toEqual([]);
  });
});

it('a firewall stands before an alb only', () => {
  expect(problems({ waf: 'on' })).toEqual([]);
  expect(problems({ waf: 'on', 'load-balancer': 'nlb' })).toEqual([expect.stringContaining('an alb only')]);
});

describe('the fleets file', () => {
  const requests = { metric: 'alb-requests-per-target' };
  const cpu = { metric: 'cpu' };
  const params = { ...common, ...defaults.web };
  const withSignals = (signals: Record<string, { metric: string }>) => ({
    fleets: { web: { scaling: { signals } } },
  });

  it('has to name the fleet that the group is', () => {
    expect(checkFleetsFile(params, 'web', { fleets: { shop: {} } })).toEqual([
      '--param fleets=fleets.yml cannot be used: profile web makes a group for the fleet web: name it there',
    ]);
    expect(checkFleetsFile(params, 'none', { fleets: { shop: {} } })).toEqual([]);
  });

  it('has to have the signals whose targets are alarms’ thresholds', () => {
    expect(checkFleetsFile(params, 'web', withSignals({ requests, cpu }))).toEqual([]);
    expect(checkFleetsFile(params, 'web', withSignals({ cpu }))).toEqual([
      expect.stringContaining('has no requests'),
    ]);
  });

  it('counts no requests where no alb does', () => {
    const behindNlb = { ...params, 'load-balancer': 'nlb' };
    expect(checkFleetsFile(behindNlb, 'web', withSignals({ cpu }))).toEqual([]);
    expect(checkFleetsFile(behindNlb, 'web', withSignals({ requests, cpu }))).toEqual([
      expect.stringContaining('--param fleets=examples/web/fleets-nlb.yml'),
    ]);
  });
});
