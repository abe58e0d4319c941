'use strict';
// The dashboard: a band for each fleet of the fleets file, and one for the control plane. Graphs of what has values
// that nobody knows beforehand (reasons, channels) search for their metrics by what they have in common.
const { fleetNames } = require('./from-fleets.cjs');

const FUNCTIONS = ['Scale', 'Admit', 'Drain', 'Interrupt', 'Refresh', 'Notify', 'Reconcile'];
const DURABLE = ['Admit', 'Drain', 'Refresh'];
const ALARMS = [
  'ControlPlane',
  ...FUNCTIONS.flatMap((name) => [`${name}Errors`, `${name}Throttles`]),
  ...FUNCTIONS.filter((name) => name !== 'Notify').map((name) => `${name}Age`),
  ...DURABLE.map((name) => `${name}Failed`),
  'ReconcileSilent',
  'OutboxAge',
  'EventsDeadLetters',
  'OutboxDeadLetters',
  'UnconfirmedAddresses',
  'StuckInstances',
];
const COLUMNS = 24;
/** Metrics whose values do not add up. */
const GAUGES = new Set(['Load', 'ForecastError', 'Headroom']);

/** The dashboard's JSON, in which CloudFormation fills in what things are called. */
module.exports.body = async ({ resolveVariable }) => {
  const [stage, service, ownFleet, loadBalancer] = await Promise.all(
    ['sls:stage', 'self:service', 'self:custom.profile.fleet', 'param:load-balancer'].map((variable) =>
      resolveVariable(variable),
    ),
  );
  const own = metricsOf(`${service}-${stage}`);
  const fleets = await fleetNames({ resolveVariable });
  const bands = [
    ...fleets.flatMap((fleet) => [
      title(`# ${fleet}`),
      ...fleetBand(fleet, own, fleet === ownFleet ? groupMetrics(loadBalancer) : []),
    ]),
    title('# The control plane'),
    ...controlPlaneBand(own),
  ];
  return { 'Fn::Sub': JSON.stringify({ widgets: placed(bands) }) };
};

function fleetBand(fleet, own, groupLoad) {
  const searched = (metric, by, period = 300) => own.search(metric, { fleet, ...by }, period);
  return [
    graph('Load of an instance, percent of its target', [searched('Load', { signal: undefined }, 60)]),
    ...(groupLoad.length === 0 ? [] : [graph('Load of the group', groupLoad)]),
    graph('Instances', [own('DesiredCapacity', { fleet }), own('ServingInstances', { fleet })], {
      stat: 'Maximum',
    }),
    graph('Minutes above the target, and violations', [
      own('MinutesAboveTarget', { fleet }),
      own('ViolationMinutes', { fleet }),
    ]),
    graph(
      'Budget of violation minutes that the last week has spent, percent',
      [own('BudgetSpent', { fleet })],
      {
        stat: 'Maximum',
      },
    ),
    graph('Forecast: error and head-room, percent', [
      searched('ForecastError', { signal: undefined }, 60),
      searched('Headroom', { signal: undefined }, 60),
    ]),
    graph('Instances that the shadow policy would have more', [own('Divergence', { fleet })], {
      stat: 'Average',
    }),
    graph('Decisions', [searched('Decisions', { action: undefined })], { stacked: true }),
    graph('Why', [searched('DecisionReasons', { reason: undefined })], { stacked: true }),
    graph('Admissions', [searched('Admissions', { result: undefined })], { stacked: true }),
    graph('Drains, by how they ended', [searched('Drains', { end: undefined })], { stacked: true }),
    graph('Refreshes, by how they ended', [searched('Refreshes', { status: undefined }, 3600)]),
  ];
}

/** What AWS measures of the profile's own group; of others the names are not known here. */
function groupMetrics(loadBalancer) {
  const cpu = ['AWS/EC2', 'CPUUtilization', 'AutoScalingGroupName', '${Group}', { stat: 'Average' }];
  if (loadBalancer !== 'alb') return [cpu];
  const target = '${TargetGroup.TargetGroupFullName}';
  return [
    [...cpu.slice(0, 4), { stat: 'Average', yAxis: 'right' }],
    ['AWS/ApplicationELB', 'RequestCountPerTarget', 'TargetGroup', target, { stat: 'Sum' }],
  ];
}

function controlPlaneBand(own) {
  const ofFunctions = (metric, names = FUNCTIONS, more = {}) =>
    names.map((name) => [
      'AWS/Lambda',
      metric,
      'FunctionName',
      `\${${name}LambdaFunction}`,
      { label: name.toLowerCase(), ...more },
    ]);
  const ofQueue = (metric, queue, label) => [
    'AWS/SQS',
    metric,
    'QueueName',
    `\${${queue}.QueueName}`,
    { label, stat: 'Maximum' },
  ];
  return [
    {
      width: COLUMNS,
      height: 4,
      type: 'alarm',
      properties: { title: 'Alarms', alarms: ALARMS.map((name) => `\${${name}Alarm.Arn}`) },
    },
    graph('Told', [own.search('Notifications', { channel: undefined, result: undefined }, 300)], {
      stacked: true,
    }),
    graph('What became of events', [own.search('Events', { outcome: undefined }, 300)], { stacked: true }),
    graph('Instances that are stuck in a hook', [own('StuckInstances')]),
    graph('Addresses that nobody confirmed', [own('UnconfirmedAddresses')], { stat: 'Maximum', period: 900 }),
    graph('Invocations', ofFunctions('Invocations')),
    graph('Errors', ofFunctions('Errors')),
    graph('Throttles', ofFunctions('Throttles')),
    graph(
      'How long events waited, ms',
      ofFunctions(
        'AsyncEventAge',
        FUNCTIONS.filter((name) => name !== 'Notify'),
        { stat: 'Maximum' },
      ),
    ),
    graph('Admissions, drains, refreshes that failed', [
      ...ofFunctions('DurableExecutionFailed', DURABLE),
      ...ofFunctions('DurableExecutionTimedOut', DURABLE),
    ]),
    graph('Dead letters', [
      ofQueue('ApproximateNumberOfMessagesVisible', 'EventsDeadLetterQueue', 'events'),
      ofQueue('ApproximateNumberOfMessagesVisible', 'OutboxDeadLetterQueue', 'stories'),
    ]),
    graph('Oldest story untold, seconds', [
      ofQueue('ApproximateAgeOfOldestMessage', 'OutboxQueue', 'outbox'),
    ]),
  ];
}

/** The control plane's own metrics, of one stage: by all of their dimensions, or all that have some in common. */
function metricsOf(stage) {
  const own = (name, by = {}) => ['Evenkeel', name, 'service', stage, ...Object.entries(by).flat()];
  /** `by` has the names of all dimensions, and values of those that are in common. */
  own.search = (name, by, period) => {
    const schema = ['Evenkeel', 'service', ...Object.keys(by)].join(',');
    const common = Object.entries({ MetricName: name, service: stage, ...by })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}="${value}"`);
    const varying = Object.keys(by).filter((key) => by[key] === undefined);
    // `!`: the word is the dashboard's, not CloudFormation's.
    const label = varying.map((key) => `\${!PROP('Dim.${key}')}`).join(' ');
    const expression = `SEARCH('{${schema}} ${common.join(' ')}', '${GAUGES.has(name) ? 'Maximum' : 'Sum'}', ${period})`;
    return [{ expression, label }];
  };
  return own;
}

function graph(name, metrics, { stat = 'Sum', period = 60, stacked = false } = {}) {
  const properties = {
    title: name,
    view: 'timeSeries',
    region: '${AWS::Region}',
    stat,
    period,
    stacked,
    metrics,
  };
  return { width: 8, height: 6, type: 'metric', properties };
}

function title(markdown) {
  return { width: COLUMNS, height: 1, type: 'text', properties: { markdown } };
}

/** From left to right, and on to the next line where one is full. */
function placed(widgets) {
  let [x, y, lineHeight] = [0, 0, 0];
  return widgets.map((widget) => {
    if (x + widget.width > COLUMNS) [x, y, lineHeight] = [0, y + lineHeight, 0];
    const at = { x, y };
    x += widget.width;
    lineHeight = Math.max(lineHeight, widget.height);
    return { ...at, ...widget };
  });
}
