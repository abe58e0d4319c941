import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { NamedMetric } from '../../support/emitted-metrics.ts';
import { whyNeverEmitted } from '../../support/emitted-metrics.ts';
import type { Template } from '../../support/packaged.ts';
import { ofType } from '../../support/packaged.ts';
import { packagedTemplate } from '../../support/templates.ts';

interface MetricQuery {
  readonly MetricStat?: { readonly Metric: MetricProperties };
}

interface MetricProperties {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string }[];
}

interface Alarm extends Partial<MetricProperties> {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions?: unknown;
  readonly Metrics?: readonly MetricQuery[];
}

interface Widget {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly type: string;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly metrics?: readonly (readonly (string | { readonly expression?: string })[])[];
    readonly alarms?: readonly string[];
  };
}

const PREFIX = 'evenkeel-dev-';

/** Milliseconds: `sls package` on a busy machine. */
const PACKAGING = 300_000;

let made: Template;
let alarms: Readonly<Record<string, Alarm>>;
let widgets: readonly Widget[];

beforeAll(async () => {
  made = (await packagedTemplate({ profile: 'web', stage: 'dev' })).body;
  const own = ofType(made, 'AWS::CloudWatch::Alarm').filter(([, { Properties }]) =>
    (Properties as unknown as Alarm).AlarmName.startsWith(PREFIX),
  );
  alarms = Object.fromEntries(own.map(([name, { Properties }]) => [name, Properties as unknown as Alarm]));
  const [, dashboard] = ofType(made, 'AWS::CloudWatch::Dashboard')[0] ?? [];
  const { 'Fn::Sub': body } = dashboard?.Properties.DashboardBody as { 'Fn::Sub': string };
  ({ widgets } = JSON.parse(body) as { widgets: Widget[] });
}, PACKAGING);

function metricsOf({ Metrics = [], ...alarm }: Alarm): NamedMetric[] {
  const named = Metrics.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric]));
  const all = alarm.Namespace === undefined ? named : [alarm as MetricProperties];
  return all.map(({ Namespace, MetricName, Dimensions = [] }) => ({
    namespace: Namespace,
    name: MetricName,
    dimensions: Dimensions.map(({ Name }) => Name),
  }));
}

/** A metric of a graph: named in full, or searched for by its schema. */
function drawn(metric: readonly (string | { readonly expression?: string })[]): NamedMetric {
  const [first] = metric;
  if (typeof first === 'object') {
    const [, schema = '', name = ''] =
      /^SEARCH\('\{([\w,/]+)\} MetricName="(\w+)"/.exec(first.expression ?? '') ?? [];
    const [namespace = '', ...dimensions] = schema.split(',');
    return { namespace, name, dimensions };
  }
  const texts = metric.filter((part): part is string => typeof part === 'string');
  const [namespace = '', name = '', ...pairs] = texts;
  return { namespace, name, dimensions: pairs.filter((_, index) => index % 2 === 0) };
}

describe('every metric', () => {
  it('that an alarm on the control plane watches is one that somebody emits', () => {
    const watched = Object.values(alarms).flatMap(metricsOf);
    expect(watched.length).toBeGreaterThan(Object.keys(alarms).length);
    expect(watched.flatMap((metric) => whyNeverEmitted(metric) ?? [])).toEqual([]);
  });

  it('that the dashboard draws is one that somebody emits', () => {
    const all = widgets.flatMap(({ properties }) => properties.metrics ?? []).map(drawn);
    expect(all.length).toBeGreaterThan(40);
    expect(all.flatMap((metric) => whyNeverEmitted(metric) ?? [])).toEqual([]);
  });
});

describe('an alarm on the control plane', () => {
  it('tells the topic when it begins, and with all others when all is over', () => {
    const topic = [{ Ref: 'NotificationTopic' }];
    const [[, composite] = []] = ofType(made, 'AWS::CloudWatch::CompositeAlarm');
    const { OKActions, AlarmRule } = composite?.Properties ?? {};
    expect(OKActions).toEqual(topic);
    for (const [name, { AlarmActions }] of Object.entries(alarms)) {
      expect(AlarmActions, name).toEqual(topic);
      expect((AlarmRule as { 'Fn::Sub': string })['Fn::Sub']).toContain(`ALARM("\${${name}}")`);
    }
  });

  it('says in its email where it stands what to do', () => {
    for (const [name, { AlarmDescription }] of Object.entries(alarms))
      expect(AlarmDescription, name).toMatch(/\. docs\/operations\.md says what to do$/);
  });

  it('stands in docs/operations.md, with what to do', async () => {
    const page = await readFile(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
    const names = Object.values(alarms).map(({ AlarmName }) => AlarmName.slice(PREFIX.length));
    expect(names).toHaveLength(29);
    const ofFunctions =
      /^(?:scale|admit|drain|interrupt|refresh|notify|reconcile)-(errors|throttles|age|failed)$/;
    const kinds = new Set(names.map((name) => name.replace(ofFunctions, '…-$1')));
    for (const kind of kinds) expect(page).toContain(`### \`${kind}\``);
  });

  it.each(['errors', 'throttles'])('watches each function’s %s', (kind) => {
    const names = Object.values(alarms).map(({ AlarmName }) => AlarmName.slice(PREFIX.length));
    for (const name of ['scale', 'admit', 'drain', 'interrupt', 'refresh', 'notify', 'reconcile'])
      expect(names).toContain(`${name}-${kind}`);
  });
});

describe('the dashboard', () => {
  it('shows every alarm on the control plane', () => {
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []).toSorted();
    const names = ['ControlPlaneAlarm', ...Object.keys(alarms)];
    expect(shown).toEqual(names.map((name) => `\${${name}.Arn}`).toSorted());
  });

  it('tells of each fleet its load, its instances, what was decided and why, and what came of it', () => {
    const titles = widgets.map(({ properties }) => properties.title ?? properties.markdown);
    const from = titles.indexOf('# web');
    const band = titles.slice(from + 1, titles.indexOf('# The control plane'));
    expect(from).toBe(0);
    for (const word of ['Load', 'Instances', 'above', 'Decisions', 'Why', 'Drains', 'Refreshes'])
      expect(band.some((one) => one?.includes(word))).toBe(true);
  });

  it('lays no widget over another, and none beyond its width', () => {
    for (const [index, one] of widgets.entries()) {
      expect(one.x + one.width).toBeLessThanOrEqual(24);
      for (const other of widgets.slice(index + 1)) {
        const isBeside = one.x + one.width <= other.x || other.x + other.width <= one.x;
        const isBelow = one.y + one.height <= other.y || other.y + other.height <= one.y;
        expect(isBeside || isBelow).toBe(true);
      }
    }
  });
});
