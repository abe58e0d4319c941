/**
 * Every finding has a code that stays. `source` is where AWS, or somebody who was hit by it, says so.
 */
interface Code {
  readonly severity: 'error' | 'warning';
  readonly meaning: string;
  readonly source: string;
}

const AUTO_SCALING = 'https://docs.aws.amazon.com/autoscaling/ec2/userguide';
const HOOKS = `${AUTO_SCALING}/lifecycle-hooks.html`;
const HOOK_CONSIDERATIONS = `${AUTO_SCALING}/lifecycle-hooks-overview.html`;
const GRACE = `${AUTO_SCALING}/health-check-grace-period.html`;
const WARM_UP = `${AUTO_SCALING}/ec2-auto-scaling-default-instance-warmup.html`;
const REFRESH = `${AUTO_SCALING}/understand-instance-refresh-default-values.html`;
const SPOT = 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html';
const TARGET_GROUPS = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application';
const ALARMS = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html';
const DURABLE = 'https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html';
const QUEUES = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html';

function error(meaning: string, source: string): Code {
  return { severity: 'error', meaning, source };
}

function warning(meaning: string, source: string): Code {
  return { severity: 'warning', meaning, source };
}

export const CODES = {
  HOOK_CREATED_LATER: error(
    'A hook that is a resource of its own comes after its group: the first instances miss it',
    'https://github.com/kubernetes/kops/issues/16582',
  ),
  HOOK_HEARTBEAT_OUT_OF_RANGE: error('AWS takes heartbeat timeouts from 30 to 7200 seconds', HOOKS),
  HOOK_LIMIT: error('A group takes at most 50 hooks', HOOKS),
  HOOK_LETS_UNREADY_IN: warning(
    'A launch hook whose default result is CONTINUE lets in instances that nobody vouched for',
    HOOK_CONSIDERATIONS,
  ),
  HOOK_ABANDONS_DRAIN: warning(
    'A terminate hook whose default result is ABANDON skips the hooks after it when it runs out',
    HOOK_CONSIDERATIONS,
  ),
  HOOK_UNANSWERED: error(
    'Nothing in the template is told when the hook holds an instance',
    HOOK_CONSIDERATIONS,
  ),
  HOOK_ANSWERED_LATER: warning(
    'The group may launch before the rule stands that tells of its hook',
    HOOK_CONSIDERATIONS,
  ),
  ADMISSION_WITHOUT_HOOK: error(
    'A fleet probes new instances, and its group has no launch hook that would hold them',
    HOOK_CONSIDERATIONS,
  ),
  DRAIN_WITHOUT_HOOK: error(
    'A fleet drains instances, and its group has no terminate hook that would hold them',
    HOOK_CONSIDERATIONS,
  ),
  ADMISSION_OUTLASTS_HOOK: error(
    'AWS ends the launch hook before the fleet would give up on an instance',
    HOOKS,
  ),
  DRAIN_OUTLASTS_HOOK: error('AWS ends the terminate hook before the drain is over', HOOKS),
  ADMISSION_OUTLASTS_EXECUTION: error(
    'Lambda ends the durable execution before the admission is over',
    DURABLE,
  ),
  DRAIN_OUTLASTS_EXECUTION: error('Lambda ends the durable execution before the drain is over', DURABLE),
  HEARTBEAT_MISSED: error('The hook runs out between two looks, before a heartbeat could be sent', HOOKS),
  HEARTBEAT_TIGHT: warning('One look that fails, and the hook runs out before the next', HOOKS),
  LAUNCH_WAITS_FOR_TARGET_HEALTH: error(
    'Targets are registered after the launch hook: one that waits for their health waits for itself',
    HOOK_CONSIDERATIONS,
  ),
  SPOT_DEREGISTRATION: error('A Spot instance is gone before its deregistration delay is over', SPOT),
  SPOT_DRAIN: warning('A Spot instance is gone before its drain is over: its hook does not delay that', SPOT),
  DEREGISTRATION_CUTS_REQUESTS: warning(
    'Targets leave before a request of the length that the load balancer allows has ended',
    `${TARGET_GROUPS}/edit-target-group-attributes.html`,
  ),
  GRACE_SHORT: error('Health checks replace instances that are still booting, for ever', GRACE),
  GRACE_LONG: warning(
    'A sick instance stays for the whole grace period, although it was ready when it came',
    GRACE,
  ),
  HEALTH_UNASKED: warning(
    'The group has target groups and does not ask them: an unhealthy target is never replaced',
    `${AUTO_SCALING}/as-add-elb-healthcheck.html`,
  ),
  HEALTH_CHECK_OVERLAPS: error(
    'A health check may take longer than the time between two',
    `${TARGET_GROUPS}/target-group-health-checks.html`,
  ),
  WARM_UP_UNSET: warning('Without a default warm-up each feature takes another figure in its place', WARM_UP),
  WARM_UP_SHORT: warning(
    'An instance counts before the metrics know of it: capacity is added twice',
    WARM_UP,
  ),
  COOLDOWN_SHORT: warning('Two changes rest on one and the same minute of metrics', ALARMS),
  ALARM_PERIOD: error('CloudWatch takes periods of 10, 20, 30 and multiples of 60 seconds', ALARMS),
  ALARM_LOOKS_TOO_FAR: error(
    'CloudWatch looks back a day, or seven where the period is an hour or more',
    ALARMS,
  ),
  ALARM_WITHOUT_DATA: error(
    'The metric comes more seldom than the alarm asks for it: it has no data most of the time',
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-detailed-monitoring.html',
  ),
  ALARM_MISSING_DATA: error(
    'Missing data would take capacity away',
    'https://github.com/kedacore/keda/issues/1850',
  ),
  ALARM_OUTLASTS_STABILISATION: warning(
    'The low alarm rings after a longer time than the fleet would wait: stabilisation decides nothing',
    ALARMS,
  ),
  ALARM_RISES_SLOWLY: warning('Capacity is asked for later than it is given back', ALARMS),
  REFRESH_DARKENS: error('A refresh may take every instance out of service at once', REFRESH),
  REFRESH_HALVES: warning('A refresh takes half of a small group, or more, out of service at once', REFRESH),
  REFRESH_OUTLASTS_EXECUTION: error('Lambda ends the durable execution before the refresh is over', DURABLE),
  BAKE_SHORT: warning('A refresh is over before an alarm could speak against the new image', REFRESH),
  UPDATE_DARKENS: error(
    'A rolling update of CloudFormation keeps no instance in service',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html',
  ),
  MAINTENANCE_DARKENS: error(
    'The instance maintenance policy lets every instance out of service at once',
    `${AUTO_SCALING}/ec2-auto-scaling-instance-maintenance-policy.html`,
  ),
  FUNCTION_TIMEOUT: error(
    'Lambda takes timeouts from 1 to 900 seconds',
    'https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html',
  ),
  VISIBILITY_BELOW_TIMEOUT: error(
    'Lambda refuses a queue whose visibility timeout is below the function’s',
    QUEUES,
  ),
  VISIBILITY_SHORT: warning(
    'A message is seen again while a throttled function still tries it: AWS asks for six times the function’s timeout',
    QUEUES,
  ),
  DEAD_LETTERS_EXPIRE: warning(
    'A message keeps its age: it may expire in the dead-letter queue before anybody looks',
    'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html',
  ),
  SCHEDULE_UNREADABLE: error(
    'AWS would refuse the schedule',
    'https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html',
  ),
  SCHEDULE_NEVER_FIRES: error(
    'The schedule has no time that is still to come',
    'https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html',
  ),
  SCHEDULE_OVERLAPS: warning(
    'The next run may start before the last has ended',
    'https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html',
  ),
} as const satisfies Readonly<Record<string, Code>>;

export type TimingCode = keyof typeof CODES;
