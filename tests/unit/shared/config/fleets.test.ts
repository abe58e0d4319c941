import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, editDistance } from '../../../../shared/config/did-you-mean.ts';
import { parseFleets } from '../../../../shared/config/fleets.ts';
import { problemLine } from '../../../../shared/config/problems.ts';
import { secondsOf, shareOf } from '../../../../shared/config/quantities.ts';
import type { Fleet } from '../../../../shared/domain/index.ts';
import { fleetsJsonSchema } from '../../../../tools/build/fleets-schema.ts';
import { InvalidFileError } from '../../../../tools/build/checked-yaml.ts';
import { readFleets } from '../../../../tools/build/fleets.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');

function fleetOf(entry: object): Fleet {
  const parsed = parseFleets({ fleets: { web: { adopt: { group: 'g' }, ...entry } } });
  if ('problems' in parsed) throw new Error(parsed.problems.map(problemLine).join('\n'));
  const [fleet] = parsed.configuration.fleets;
  if (fleet === undefined) throw new Error('no fleet');
  return fleet;
}

function linesOf(file: unknown): string[] {
  const parsed = parseFleets(file);
  return 'problems' in parsed ? parsed.problems.map(problemLine) : [];
}

const linesOfFleet = (entry: object) => linesOf({ fleets: { web: { adopt: { group: 'g' }, ...entry } } });

describe('fleets.yml', () => {
  it('needs nothing but the group of each fleet', () => {
    expect(fleetOf({})).toEqual({
      name: 'web',
      adopt: { group: 'g' },
      mode: 'active',
      scaling: {
        signals: [{ name: 'cpu', metric: 'cpu', target: 60 }],
        violations: 0.01,
        headroom: { atMost: 3 },
        tolerance: 0.1,
        stabilisation: { out: 0, in: 600 },
        cooldown: { out: 60, in: 300 },
        step: { out: 1, in: 0.25 },
        byHand: 1800,
      },
      admission: {
        probe: { kind: 'none' },
        within: 300,
        every: 10,
        successes: 1,
        breaker: 5,
      },
      drain: {
        idle: [],
        confirm: 0,
        within: 900,
        every: 3,
        otherTargetGroups: 'deregister',
        unfinished: 'CONTINUE',
      },
    });
  });

  it('is taken as people write it', () => {
    const fleet = fleetOf({
      adopt: { tag: 'evenkeel:fleet=web' },
      mode: 'shadow',
      scaling: { tolerance: '5%', cooldown: { in: '1h' }, 'warm-up': '1m30s', step: { out: '50%' } },
      admission: { http: '/ready', port: 8080 },
      drain: { idle: 'target-requests', command: 'true', within: '2h', unfinished: 'abandon' },
      image: { from: 'ssm:/my/image', 'min-healthy': '90%', bake: '0s' },
    });
    expect(fleet).toMatchObject({
      adopt: { tag: { key: 'evenkeel:fleet', value: 'web' } },
      scaling: { tolerance: 0.05, cooldown: { out: 60, in: 3600 }, warmUp: 90, step: { out: 0.5, in: 0.25 } },
      admission: { probe: { kind: 'http', path: '/ready', port: 8080 } },
      drain: {
        idle: [{ kind: 'target-requests' }],
        confirm: 3,
        command: 'true',
        within: 7200,
        every: 3,
        unfinished: 'ABANDON',
      },
      image: { parameter: '/my/image', minHealthyPercentage: 90, maxHealthyPercentage: 110, bake: 0 },
    });
  });

  it('says of a signal by how much each breach changes capacity', () => {
    const steps = [
      { above: '0%', add: '10%' },
      { below: '20%', take: 1 },
    ];
    expect(
      fleetOf({ scaling: { signals: { cpu: { metric: 'cpu', target: 50, steps } } } }).scaling,
    ).toMatchObject({
      signals: [
        {
          steps: [
            { side: 'above', by: 0, change: { share: 0.1 } },
            { side: 'below', by: 0.2, change: { instances: 1 } },
          ],
        },
      ],
    });
    const half = { signals: { cpu: { metric: 'cpu', target: 50, steps: [{ above: '0%' }] } } };
    expect(linesOfFleet({ scaling: half })).toEqual([
      'fleets.web.scaling.signals.cpu.steps.0: write { above: 10%, add: 10% } or { below: 10%, take: 1 }',
    ]);
  });

  it('leaves to be measured what a brake does not say', () => {
    const of = (brake: object) =>
      fleetOf({ scaling: { brake: { metric: 'rds-connections', ...brake } } }).scaling.brake;
    expect(of({ 'per-instance': 20, 'at-most': '80%' })).toMatchObject({ perInstance: 20, atMost: 0.8 });
    expect(of({ 'per-instance': 20 })).not.toHaveProperty('connections');
    expect(of({ database: 'shop' })).toEqual({
      database: 'shop',
      metric: expect.objectContaining({ dimensions: { DBInstanceIdentifier: 'shop' } }) as object,
      atMost: 0.8,
    });
  });

  it('says what may keep capacity from rising', () => {
    const brake = { metric: 'rds-connections', database: 'shop', connections: 400, 'per-instance': 20 };
    const money = { 'per-month': 500, price: 0.0376 };
    expect(fleetOf({ scaling: { brake, money } }).scaling).toMatchObject({
      brake: {
        metric: {
          namespace: 'AWS/RDS',
          name: 'DatabaseConnections',
          dimensions: { DBInstanceIdentifier: 'shop' },
          statistic: 'Maximum',
        },
        connections: 400,
        perInstance: 20,
        atMost: 0.8,
      },
      money: { perMonth: 500, price: 0.0376 },
    });
  });

  it('says how many instances may be out of work, and which are left alone', () => {
    const schedule = [{ from: '0 9 * * 1-5', for: '8h', 'at-most': 0, causes: ['refresh'] }];
    const disruption = { 'at-most': '20%', 'per-zone': '34%', causes: { refresh: 1 }, schedule };
    expect(fleetOf({ disruption, protect: { tag: 'keep' } })).toMatchObject({
      disruption: {
        atMost: { share: 0.2 },
        per: 3600,
        perZone: { share: 0.34 },
        causes: { refresh: { instances: 1 } },
        schedule: [
          { from: '0 9 * * 1-5', for: 28_800, zone: 'UTC', atMost: { instances: 0 }, causes: ['refresh'] },
        ],
      },
      doNotTouch: 'keep',
    });
  });

  it('says how capacity moves, and what is known of the time to come', () => {
    const scaling = {
      tolerance: { in: '20%' },
      cooldown: { in: '10m' },
      rate: {
        out: {
          limits: [
            { instances: 4, per: '1m' },
            { percent: '50%', per: '5m' },
          ],
          select: 'min',
        },
        in: { select: 'disabled' },
      },
      min: 2,
      max: 30,
      floors: [{ from: '0 7 ? * MON-FRI *', for: '11h', zone: 'Europe/Berlin', min: 6 }],
      holidays: ['12-25', '2027-03-26'],
      events: [{ from: '2026-11-27T08:00', for: '6h', expect: '2.5x' }],
      fallback: { instances: 6 },
    };
    expect(fleetOf({ scaling }).scaling).toMatchObject({
      tolerance: { out: 0.1, in: 0.2 },
      binding: ['tolerance', 'cooldown'],
      rate: {
        out: {
          limits: [
            { instances: 4, per: 60 },
            { share: 0.5, per: 300 },
          ],
          select: 'min',
        },
        in: { limits: [], select: 'disabled' },
      },
      min: 2,
      max: 30,
      floors: [{ from: '0 7 ? * MON-FRI *', for: 39_600, zone: 'Europe/Berlin', min: 6 }],
      holidays: ['12-25', '2027-03-26'],
      events: [{ from: '2026-11-27T08:00', for: 21_600, zone: 'UTC', expect: 2.5 }],
      fallback: { instances: 6, after: 600 },
    });
  });

  it('takes several kinds of evidence that an instance is idle', () => {
    const { drain } = fleetOf({
      adopt: { group: 'g' },
      drain: {
        idle: [
          'target-requests',
          { http: '/busy', port: 8080 },
          { command: '/opt/idle' },
          { queue: 'jobs-{instance}.fifo' },
        ],
      },
    });
    expect(drain.idle).toEqual([
      { kind: 'target-requests' },
      { kind: 'http', path: '/busy', port: 8080 },
      { kind: 'command', command: '/opt/idle' },
      { kind: 'queue', name: 'jobs-{instance}.fifo' },
    ]);
    // What SQS counts is approximate for a minute.
    expect(drain.confirm).toBe(60);
  });

  it('has an instance taken out of Cloud Map before it is idle', () => {
    const { drain } = fleetOf({
      adopt: { group: 'g' },
      drain: { idle: 'target-requests', 'cloud-map': { service: 'srv-e4anhexample0004' } },
    });
    expect(drain).toMatchObject({
      idle: [{ kind: 'target-requests' }, { kind: 'cloud-map', service: 'srv-e4anhexample0004' }],
      confirm: 3,
    });
  });

  it('says of a signal what an instance should have, or what it can carry', () => {
    const signals = { cpu: { metric: 'cpu', useful: 'learn' }, some: { metric: 'cpu', useful: 70 } };
    expect(
      fleetOf({ scaling: { signals, violations: '0.3%', headroom: { 'at-most': '80%' } } }).scaling,
    ).toMatchObject({
      signals: [
        { name: 'cpu', metric: 'cpu', useful: 'learn' },
        { name: 'some', metric: 'cpu', useful: 70 },
      ],
      violations: 0.003,
      headroom: { atMost: 0.8 },
    });
  });

  it('takes what a shadow policy does not say from the policy that it stands beside', () => {
    const { scaling, shadow } = fleetOf({
      scaling: { violations: '0.3%', tolerance: '5%', signals: { cpu: { metric: 'cpu', useful: 70 } } },
      shadow: { violations: '3%' },
    });
    expect(shadow).toEqual({ ...scaling, violations: 0.03 });
    expect(fleetOf({ shadow: { tolerance: '5%' } }).shadow).toEqual({
      ...fleetOf({}).scaling,
      tolerance: 0.05,
      binding: ['tolerance'],
    });
    expect(fleetOf({})).not.toHaveProperty('shadow');
  });

  it('names any metric as a signal', () => {
    const metrics = { busy: { namespace: 'Shop', name: 'Busy' }, all: { namespace: 'Shop', name: 'All' } };
    const signals = {
      slow: { metric: 'alb-latency', target: 0.4 },
      queue: { metric: 'sqs-backlog', queue: 'orders', useful: 40, activation: 1, missing: 'zero' },
      sessions: {
        metric: 'cloudwatch',
        namespace: 'Shop',
        name: 'Sessions',
        dimensions: { Group: '{group}' },
        statistic: 'p90',
        of: 'fleet',
        period: '10s',
        useful: 300,
      },
      share: { metric: 'expression', expression: '100 * busy / all', metrics, target: 70 },
    };
    const busy = { namespace: 'Shop', name: 'Busy', dimensions: {}, statistic: 'Average' };
    expect(fleetOf({ scaling: { signals } }).scaling.signals).toEqual([
      { name: 'slow', metric: { kind: 'alb-latency', statistic: 'p95' }, target: 0.4 },
      {
        name: 'queue',
        metric: { kind: 'sqs-backlog', queue: 'orders' },
        useful: 40,
        activation: 1,
        missing: 'zero',
      },
      {
        name: 'sessions',
        metric: {
          kind: 'cloudwatch',
          of: 'fleet',
          namespace: 'Shop',
          name: 'Sessions',
          dimensions: { Group: '{group}' },
          statistic: 'p90',
        },
        period: 10,
        useful: 300,
      },
      {
        name: 'share',
        metric: {
          kind: 'expression',
          of: 'instance',
          expression: '100 * busy / all',
          metrics: { busy, all: { ...busy, name: 'All' } },
        },
        target: 70,
      },
    ]);
  });

  it('of the project itself is valid', () => {
    expect(parseFleets(readFleets(readFileSync(join(root, 'fleets.yml'), 'utf8')))).toHaveProperty(
      'configuration',
    );
  });

  it('has a schema for editors that is current', async () => {
    expect(readFileSync(join(root, 'fleets.schema.json'), 'utf8')).toBe(await fleetsJsonSchema());
  });
});

describe('what is wrong', () => {
  it('is said all together, each with its place and its mend', () => {
    expect(
      linesOf({
        notify: { email: ['nobody'] },
        fleets: { web: { mode: 'on', drain: { within: '30 minutes', 'cloud-map': { service: 'web' } } } },
      }),
    ).toEqual([
      'notify.email.0: "nobody" is wrong: write an email address, such as oncall@example.com',
      'fleets.web.adopt: is missing: say which group: { tag: evenkeel:fleet=NAME } or { group: NAME }',
      'fleets.web.mode: "on" is wrong: write active, shadow, forecast-only or paused',
      'fleets.web.drain.within: "30 minutes" is wrong: write a span of time from 10s to 48h, such as 90s, 5m or 1h30m',
      'fleets.web.drain.cloud-map.service: "web" is wrong: write the id of a service of AWS Cloud Map, such as srv-e4anhexample0004',
    ]);
  });

  it.each([
    [{ scaling: { tolerence: '10%' } }, 'fleets.web.scaling.tolerence: unknown key: did you mean tolerance?'],
    [
      { scaling: { signals: { cpu: { metrc: 'cpu' } } } },
      'fleets.web.scaling.signals.cpu.metrc: unknown key: did you mean metric?',
    ],
    [{ scaling: { warmup: '1m' } }, 'fleets.web.scaling.warmup: unknown key: did you mean warm-up?'],
    [
      { admission: { xyz: 1 } },
      'fleets.web.admission.xyz: unknown key: known here: http, port, command, prime, timeout, successes, failures, breaker, within, every',
    ],
    [
      { scaling: { tolerance: '60%' } },
      'fleets.web.scaling.tolerance: "60%" is wrong: write a percentage from 0% to 50%, such as 10%',
    ],
    [
      { scaling: { tolerance: { oot: '5%' } } },
      'fleets.web.scaling.tolerance.oot: unknown key: did you mean out?',
    ],
    [
      { scaling: { rate: { out: { limits: [{ instances: 4, percent: '10%', per: '1m' }] } } } },
      'fleets.web.scaling.rate.out.limits.0: give exactly one of instances and percent',
    ],
    [
      { scaling: { rate: { in: {} } } },
      'fleets.web.scaling.rate.in.limits: is missing: give a limit, such as { instances: 4, per: 1m }, or select: disabled',
    ],
    [{ scaling: { min: 5, max: 3 } }, 'fleets.web.scaling.min: 5 is wrong: min must not be more than max'],
    [
      { scaling: { floors: [{ from: '0 7 * * MON *', for: '1h', min: 2 }] } },
      'fleets.web.scaling.floors.0.from: "0 7 * * MON *" is wrong: write a cron expression as AWS has it, such as \'0 7 ? * MON-FRI *\', or one of five fields',
    ],
    [
      { scaling: { floors: [{ from: '0 7 * * *', for: '1h', mim: 2, zone: 'Berlin' }] } },
      'fleets.web.scaling.floors.0.mim: unknown key: did you mean min?',
    ],
    [
      { scaling: { floors: [{ from: '0 7 * * *', for: '1h', min: 2, zone: 'Berlin' }] } },
      'fleets.web.scaling.floors.0.zone: "Berlin" is wrong: write an IANA time zone, such as Europe/Berlin',
    ],
    [
      { scaling: { holidays: ['2026-02-29'] } },
      "fleets.web.scaling.holidays.0: \"2026-02-29\" is wrong: write a day such as '2026-12-25', or '12-25' for every year",
    ],
    [
      { scaling: { events: [{ from: '2026-02-30T08:00', for: '1h', expect: '3x' }] } },
      'fleets.web.scaling.events.0.from: "2026-02-30T08:00" is wrong: write a date and time such as \'2026-11-27T08:00\', or a cron expression',
    ],
    [
      { scaling: { events: [{ from: '2026-02-28T08:00', for: '1h', expect: '0.5x' }] } },
      'fleets.web.scaling.events.0.expect: "0.5x" is wrong: write how many times the usual demand, from 1x to 100x, such as 3x',
    ],
    [
      { disruption: { 'at-most': '200%' } },
      'fleets.web.disruption.at-most: "200%" is wrong: write a percentage from 0% to 100%, such as 20%, or a number of instances, such as 2',
    ],
    [
      {
        disruption: {
          'at-most': 1,
          schedule: [{ from: '0 9 * * *', for: '1h', 'at-most': 0, causes: ['oops'] }],
        },
      },
      'fleets.web.disruption.schedule.0.causes.0: "oops" is wrong: write some of scale-in, refresh, drain, interruption',
    ],
    [
      { protect: { tag: 'aws:x' } },
      'fleets.web.protect.tag: "aws:x" is wrong: write the key of a tag, such as evenkeel:do-not-touch',
    ],
    [
      { scaling: { brake: { metric: 'rds-connections', connections: 0 } } },
      'fleets.web.scaling.brake.connections: 0 is wrong: write a number of connections, such as 400',
    ],
    [
      { scaling: { money: { 'per-month': 0, price: 1 } } },
      'fleets.web.scaling.money.per-month: 0 is wrong: write an amount above 0',
    ],
    [{ scaling: { signals: {} } }, 'fleets.web.scaling.signals: name at least one signal'],
    [
      { scaling: { signals: { cpu: { metric: 'cpu', target: 0 } } } },
      'fleets.web.scaling.signals.cpu.target: 0 is wrong: write a number above 0',
    ],
    [
      { scaling: { signals: { cpu: { metric: 'cpu', target: 60, useful: 70 } } } },
      'fleets.web.scaling.signals.cpu: give exactly one of useful and target',
    ],
    [
      { scaling: { signals: { a: { metric: 'cpus', target: 1 } } } },
      'fleets.web.scaling.signals.a.metric: "cpus" is wrong: write alb-requests-per-target, cpu, alb-latency, ' +
        'sqs-backlog, cloudwatch or expression',
    ],
    [
      { scaling: { signals: { a: { metric: 'alb-latency', useful: 1 } } } },
      'fleets.web.scaling.signals.a.useful: 1 is wrong: latency is no load that instances share, and cannot be ' +
        'forecast: give it a target, and useful to requests or cpu',
    ],
    [
      { scaling: { signals: { a: { metric: 'sqs-backlog', target: 1 } } } },
      "fleets.web.scaling.signals.a.queue: is missing: name the queue, such as 'orders'",
    ],
    [
      { scaling: { signals: { a: { metric: 'cpu', queue: 'orders', target: 1 } } } },
      'fleets.web.scaling.signals.a.queue: "orders" is wrong: take it out: it belongs to metric: sqs-backlog, not to cpu',
    ],
    [
      { scaling: { signals: { a: { metric: 'cpu', activation: 5, target: 1 } } } },
      'fleets.web.scaling.signals.a.activation: 5 is wrong: take it out: without instances there is no cpu, and the ' +
        'fleet would never come back from zero',
    ],
    [
      {
        scaling: {
          signals: { a: { metric: 'cloudwatch', namespace: 'S', name: 'N', period: '20s', target: 1 } },
        },
      },
      'fleets.web.scaling.signals.a.period: "20s" is wrong: write 10s, 30s, 1m or 5m',
    ],
    [
      {
        scaling: { signals: { a: { metric: 'expression', expression: 'M', metrics: { M: {} }, target: 1 } } },
      },
      'fleets.web.scaling.signals.a.metrics.M: an id in metric math begins with a small letter, and is made of ' +
        'letters, digits and _',
    ],
    [
      { scaling: { violations: '0%' } },
      'fleets.web.scaling.violations: "0%" is wrong: write a percentage from 0.01% to 20%, such as 10%',
    ],
    [{ adopt: { tag: 'a=b', group: 'c' } }, 'fleets.web.adopt: give exactly one of tag and group'],
    [{ admission: { http: '/', command: 'true' } }, 'fleets.web.admission: give http or command, not both'],
    [
      { admission: { http: '/', timeout: '1m' } },
      'fleets.web.admission.timeout: "1m" is wrong: a request may take 30s at most',
    ],
    [
      { admission: { within: '1m', every: '5m' } },
      'fleets.web.admission.every: "5m" is wrong: every must not be longer than within',
    ],
    [
      { image: { from: 'ssm:/i', 'min-healthy': '50%', 'max-healthy': '151%' } },
      'fleets.web.image.max-healthy: "151%" is wrong: min-healthy and max-healthy may be at most 100 points apart',
    ],
    [
      { image: { from: 'ssm:/i', 'max-healthy': '100%' } },
      'fleets.web.image.max-healthy: "100%" is wrong: min-healthy and max-healthy of 100% leave no room to replace an instance: raise this one',
    ],
  ])('%j', (entry, line) => {
    expect(linesOfFleet(entry)).toContain(line);
  });

  it('includes two fleets that adopt one group', () => {
    const adopt = { group: 'g' };
    expect(linesOf({ fleets: { web: { adopt }, api: { adopt } } })).toEqual([
      'fleets.api.adopt: fleet web adopts the same group',
    ]);
  });

  it('includes names that no alarm could bear', () => {
    for (const name of ['Web', 'a/b', '', '1st', 'x'.repeat(33)]) {
      expect(linesOf({ fleets: { [name]: { adopt: { group: 'g' } } } })[0]).toContain(
        'a name is 1 to 32 small letters',
      );
    }
  });

  it('is never a crash, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (file) => {
        expect(linesOf(file).length).toBeGreaterThan(0);
      }),
    );
  });

  it('is located in the text', () => {
    const text = 'fleets:\n  web:\n    adopt: { group: g }\n    mode: activ\n';
    expect(() => readFleets(text)).toThrow(
      new InvalidFileError([
        'fleets.yml:4:11 fleets.web.mode: "activ" is wrong: write active, shadow, forecast-only or paused',
      ]),
    );
  });

  it('includes YAML that is none', () => {
    expect(() => readFleets('a: b: c', 'f.yml')).toThrow(/^f\.yml:1:4 /);
    expect(() => readFleets('fleets: 1\nfleets: 2')).toThrow(/unique/);
  });
});

describe('quantities', () => {
  it('are spans of time in seconds', () => {
    expect(['90s', '5m', '1h30m', '2d', '0s'].map(secondsOf)).toEqual([90, 300, 5400, 172_800, 0]);
    for (const text of ['', '5', '5 m', 'm', '1m1h', '-5m', '1.5h']) expect(secondsOf(text)).toBeNaN();
  });

  it('are percentages of one', () => {
    expect(['10%', '0%', '12.5%'].map(shareOf)).toEqual([0.1, 0, 0.125]);
    for (const text of ['', '10', '%', '-1%', '1e3%']) expect(shareOf(text)).toBeNaN();
  });
});

describe('did you mean', () => {
  it('counts a swap of neighbours as one edit', () => {
    expect(editDistance('metirc', 'metric')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  it('keeps silent about what is too far off', () => {
    expect(didYouMean('slck', ['email', 'slack'])).toBe('slack');
    expect(didYouMean('coolDown', ['cooldown', 'step'])).toBe('cooldown');
    expect(didYouMean('zzz', ['email', 'slack'])).toBeUndefined();
    expect(didYouMean('x', [])).toBeUndefined();
  });
});
