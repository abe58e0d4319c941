import { describe, expect, it } from 'vitest';
import type { Fleet } from '../../../shared/domain/index.ts';
import type { TimingCode } from '../../../tools/timing/codes.ts';
import { CODES } from '../../../tools/timing/codes.ts';
import type { Resources } from '../../support/timing-world.ts';
import { goodFleet, goodResources, hookAt, lint, lintChanged, of } from '../../support/timing-world.ts';

interface Case {
  readonly code: TimingCode;
  readonly when: string;
  readonly change?: (resources: Resources) => void;
  readonly fleet?: Partial<Fleet>;
  /** A figure that the message has to show. */
  readonly shows?: RegExp;
}

const { admission, drain, scaling } = goodFleet();
const image = goodFleet().image ?? expect.fail('the good fleet has an image policy');
const spot = (resources: Resources) => {
  of(resources, 'LaunchTemplate').LaunchTemplateData = {
    Monitoring: { Enabled: true },
    InstanceMarketOptions: { MarketType: 'spot' },
  };
};
const unmonitored = (resources: Resources) => {
  of(resources, 'LaunchTemplate').LaunchTemplateData = { InstanceType: 't4g.small' };
};
const withoutHooks = (resources: Resources) => {
  delete of(resources, 'Group').LifecycleHookSpecificationList;
};

/** Each puts one clock out of step; the linter has to say so, and nothing else. */
const CASES: readonly Case[] = [
  {
    code: 'HOOK_CREATED_LATER',
    when: 'a hook is a resource of its own',
    change: (resources) => {
      resources.Hook = {
        Type: 'AWS::AutoScaling::LifecycleHook',
        Properties: { ...hookAt(resources, 0), AutoScalingGroupName: { Ref: 'Group' } },
      };
      const hooks = of(resources, 'Group').LifecycleHookSpecificationList as unknown[];
      hooks.shift();
    },
  },
  {
    code: 'HOOK_HEARTBEAT_OUT_OF_RANGE',
    when: 'a heartbeat timeout is 7201 s',
    change: (resources) => (hookAt(resources, 0).HeartbeatTimeout = 7201),
    shows: /7201 s/,
  },
  {
    code: 'HOOK_LIMIT',
    when: 'a group has 51 hooks',
    change: (resources) => {
      const one = hookAt(resources, 0);
      of(resources, 'Group').LifecycleHookSpecificationList = Array.from({ length: 51 }, (_, at) =>
        at === 50 ? hookAt(goodResources(), 1) : { ...one, LifecycleHookName: `hook-${at}` },
      );
    },
    shows: /51 hooks/,
  },
  {
    code: 'HOOK_LETS_UNREADY_IN',
    when: 'a launch hook continues by itself',
    change: (resources) => (hookAt(resources, 0).DefaultResult = 'CONTINUE'),
  },
  {
    code: 'HOOK_ABANDONS_DRAIN',
    when: 'a terminate hook keeps the default result of AWS',
    change: (resources) => delete hookAt(resources, 1).DefaultResult,
  },
  {
    code: 'HOOK_UNANSWERED',
    when: 'the rule of the launch hook is switched off',
    change: (resources) => (of(resources, 'Launching').State = 'DISABLED'),
  },
  {
    code: 'HOOK_ANSWERED_LATER',
    when: 'the group does not wait for a rule',
    change: (resources) => {
      if (resources.Group) resources.Group.DependsOn = ['Launching'];
    },
  },
  { code: 'ADMISSION_WITHOUT_HOOK', when: 'no hook holds what is to be probed', change: dropHook(0) },
  { code: 'DRAIN_WITHOUT_HOOK', when: 'no hook holds what is to be drained', change: dropHook(1) },
  {
    code: 'ADMISSION_OUTLASTS_HOOK',
    when: '100 heartbeats are shorter than the admission',
    change: (resources) => (hookAt(resources, 0).HeartbeatTimeout = 60),
    fleet: { admission: { ...admission, within: 6000 } },
    shows: /100 min.*99 min 30 s/,
  },
  {
    code: 'DRAIN_OUTLASTS_HOOK',
    when: '100 heartbeats are shorter than the drain',
    change: (resources) => (hookAt(resources, 1).HeartbeatTimeout = 300),
    fleet: { drain: { ...drain, within: 30_000 } },
    shows: /8 h 20 min/,
  },
  {
    code: 'ADMISSION_OUTLASTS_EXECUTION',
    when: 'its execution has no time for a last look',
    change: (resources) => (of(resources, 'AdmitLambdaFunction').DurableConfig = { ExecutionTimeout: 344 }),
    shows: /5 min 45 s.*5 min 44 s/,
  },
  {
    code: 'DRAIN_OUTLASTS_EXECUTION',
    when: 'its execution has no time for a last look',
    change: (resources) => (of(resources, 'DrainLambdaFunction').DurableConfig = { ExecutionTimeout: 1859 }),
  },
  {
    code: 'HEARTBEAT_MISSED',
    when: 'looks are as far apart as the hook is long',
    change: (resources) => (hookAt(resources, 1).HeartbeatTimeout = 30),
  },
  {
    code: 'HEARTBEAT_TIGHT',
    when: 'two looks are as far apart as the hook is long',
    change: (resources) => (hookAt(resources, 1).HeartbeatTimeout = 60),
  },
  {
    code: 'LAUNCH_WAITS_FOR_TARGET_HEALTH',
    when: 'admission asks the load balancer',
    fleet: {
      admission: { ...admission, probe: { kind: 'command', command: 'aws elbv2 wait target-in-service' } },
    },
  },
  {
    code: 'LAUNCH_WAITS_FOR_TARGET_HEALTH',
    when: 'a boot script asks the load balancer before it completes the hook',
    change: (resources) => {
      const script = 'aws elbv2 describe-target-health\naws autoscaling complete-lifecycle-action';
      of(resources, 'LaunchTemplate').LaunchTemplateData = {
        Monitoring: { Enabled: true },
        UserData: { 'Fn::Base64': { 'Fn::Sub': script } },
      };
    },
  },
  {
    code: 'SPOT_DEREGISTRATION',
    when: 'Spot instances deregister in 300 s',
    change: (resources) => {
      spot(resources);
      delete of(resources, 'TargetGroup').TargetGroupAttributes;
    },
    shows: /5 min.*120 s/,
  },
  { code: 'SPOT_DRAIN', when: 'Spot instances drain for half an hour', change: spot, shows: /31 min/ },
  {
    code: 'DEREGISTRATION_CUTS_REQUESTS',
    when: 'requests may wait longer than targets stay',
    change: (resources) =>
      (of(resources, 'LoadBalancer').LoadBalancerAttributes = [
        { Key: 'idle_timeout.timeout_seconds', Value: '61' },
      ]),
    shows: /60 s.*61 s/,
  },
  {
    code: 'GRACE_SHORT',
    when: 'nothing admits instances and there is no grace',
    change: (resources) => {
      withoutHooks(resources);
      delete of(resources, 'Group').HealthCheckGracePeriod;
    },
    fleet: {
      admission: { ...admission, probe: { kind: 'none' } },
      drain: { ...drain, idle: [] },
    },
  },
  {
    code: 'GRACE_LONG',
    when: 'grace is longer than a boot and a health check',
    change: (resources) => (of(resources, 'Group').HealthCheckGracePeriod = 316),
  },
  {
    code: 'HEALTH_UNASKED',
    when: 'the group asks EC2 alone',
    change: (resources) => delete of(resources, 'Group').HealthCheckType,
  },
  {
    code: 'HEALTH_CHECK_OVERLAPS',
    when: 'a check may take longer than the time between two',
    change: (resources) => (of(resources, 'TargetGroup').HealthCheckTimeoutSeconds = 11),
  },
  {
    code: 'WARM_UP_UNSET',
    when: 'neither group nor fleet names a warm-up',
    change: (resources) => delete of(resources, 'Group').DefaultInstanceWarmup,
  },
  {
    code: 'WARM_UP_SHORT',
    when: 'a warm-up ends before its minute is measured',
    change: (resources) => (of(resources, 'Group').DefaultInstanceWarmup = 119),
  },
  {
    code: 'COOLDOWN_SHORT',
    when: 'two changes may fall into one minute',
    fleet: { scaling: { ...scaling, cooldown: { out: 59, in: 300 } } },
  },
  {
    code: 'ALARM_PERIOD',
    when: 'a period is 90 s',
    change: (resources) => (of(resources, 'CpuHigh').Period = 90),
  },
  {
    code: 'ALARM_LOOKS_TOO_FAR',
    when: 'an alarm looks back more than a day',
    change: (resources) => {
      resources.Far = {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: { Namespace: 'AWS/SQS', Period: 300, EvaluationPeriods: 289 },
      };
    },
  },
  {
    code: 'ALARM_WITHOUT_DATA',
    when: 'EC2 sends each five minutes what an alarm asks each minute',
    change: (resources) => {
      unmonitored(resources);
      of(resources, 'Group').DefaultInstanceWarmup = 360;
      of(resources, 'CpuLow').Period = 300;
      of(resources, 'CpuLow').EvaluationPeriods = 2;
    },
    fleet: { scaling: { ...scaling, cooldown: { out: 300, in: 300 } } },
    shows: /60 s.*300 s/,
  },
  {
    code: 'ALARM_MISSING_DATA',
    when: 'a low alarm rings on missing data',
    change: (resources) => (of(resources, 'CpuLow').TreatMissingData = 'breaching'),
  },
  {
    code: 'ALARM_OUTLASTS_STABILISATION',
    when: 'the low alarm rings after the hold is over',
    change: (resources) => (of(resources, 'CpuLow').EvaluationPeriods = 11),
  },
  {
    code: 'ALARM_RISES_SLOWLY',
    when: 'the high alarm rings after the low one',
    change: (resources) => {
      of(resources, 'CpuHigh').EvaluationPeriods = 4;
      of(resources, 'CpuLow').EvaluationPeriods = 3;
    },
  },
  {
    code: 'REFRESH_DARKENS',
    when: 'a refresh keeps nothing in service',
    fleet: { image: { ...image, minHealthyPercentage: 0, maxHealthyPercentage: 100 } },
    shows: /2 of 2/,
  },
  {
    code: 'REFRESH_HALVES',
    when: 'a refresh takes one of two',
    fleet: { image: { ...image, minHealthyPercentage: 50, maxHealthyPercentage: 100 } },
    shows: /1 of 2/,
  },
  {
    code: 'REFRESH_OUTLASTS_EXECUTION',
    when: 'a refresh takes longer than its execution may',
    // Six instances, one at a time: 6 × (300 + 120 + 60 + 1800) + 600.
    change: (resources) =>
      (of(resources, 'RefreshLambdaFunction').DurableConfig = { ExecutionTimeout: 14_279 }),
    shows: /3 h 58 min/,
  },
  { code: 'BAKE_SHORT', when: 'a refresh bakes 179 s', fleet: { image: { ...image, bake: 179 } } },
  {
    code: 'UPDATE_DARKENS',
    when: 'a rolling update replaces both instances at a time',
    change: (resources) => {
      if (resources.Group) resources.Group.UpdatePolicy = { AutoScalingRollingUpdate: { MaxBatchSize: 2 } };
    },
  },
  {
    code: 'MAINTENANCE_DARKENS',
    when: 'a maintenance policy keeps nothing in service',
    change: (resources) =>
      (of(resources, 'Group').InstanceMaintenancePolicy = {
        MinHealthyPercentage: 0,
        MaxHealthyPercentage: 100,
      }),
  },
  {
    code: 'FUNCTION_TIMEOUT',
    when: 'a function may take 901 s',
    change: (resources) => {
      resources.Long = { Type: 'AWS::Lambda::Function', Properties: { Timeout: 901 } };
    },
  },
  {
    code: 'VISIBILITY_BELOW_TIMEOUT',
    when: 'a message is seen again while its function runs',
    change: (resources) => (of(resources, 'Outbox').VisibilityTimeout = 29),
  },
  {
    code: 'VISIBILITY_SHORT',
    when: 'visibility is below six timeouts and the batching window',
    change: (resources) => (of(resources, 'Mapping').MaximumBatchingWindowInSeconds = 1),
    shows: /180 s|3 min.*3 min 1 s/,
  },
  {
    code: 'DEAD_LETTERS_EXPIRE',
    when: 'dead letters are kept for the four days that AWS keeps them by itself',
    change: (resources) => delete of(resources, 'DeadLetters').MessageRetentionPeriod,
  },
  {
    code: 'SCHEDULE_UNREADABLE',
    when: 'a rate is in the wrong number',
    change: (resources) => (of(resources, 'Schedule').ScheduleExpression = 'rate(1 minutes)'),
  },
  {
    code: 'SCHEDULE_UNREADABLE',
    when: 'its zone is none of the IANA database',
    change: (resources) => (of(resources, 'Schedule').ScheduleExpressionTimezone = 'Europe/Bärlin'),
  },
  {
    code: 'SCHEDULE_NEVER_FIRES',
    when: 'it waits for the thirtieth of February',
    change: (resources) => (of(resources, 'Schedule').ScheduleExpression = 'cron(0 3 30 2 ? *)'),
  },
  {
    code: 'SCHEDULE_NEVER_FIRES',
    when: 'its only time has passed',
    change: (resources) => (of(resources, 'Schedule').ScheduleExpression = 'at(2026-03-02T06:59:59)'),
  },
  {
    code: 'SCHEDULE_NEVER_FIRES',
    when: 'it ends before its first time',
    change: (resources) => {
      of(resources, 'Schedule').ScheduleExpression = 'cron(0 3 ? * SUN *)';
      of(resources, 'Schedule').EndDate = '2026-03-08T02:00:00Z';
    },
  },
  {
    code: 'SCHEDULE_OVERLAPS',
    when: 'a run may take longer than the time between two',
    change: (resources) => (of(resources, 'ReconcileLambdaFunction').Timeout = 61),
  },
];

function dropHook(at: number) {
  return (resources: Resources) => {
    const hooks = of(resources, 'Group').LifecycleHookSpecificationList as unknown[];
    hooks.splice(at, 1);
    // Without admission the whole boot is grace.
    of(resources, 'Group').HealthCheckGracePeriod = 300;
  };
}

describe('the timing linter', () => {
  it('finds nothing where all clocks agree', () => {
    expect(lint(goodResources())).toEqual([]);
  });

  it.each(CASES)('says $code when $when', ({ code, change = () => undefined, fleet = {}, shows }) => {
    const findings = lintChanged(change, [goodFleet(fleet)]);
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    const [finding] = findings;
    expect(finding?.severity).toBe(CODES[code].severity);
    if (shows !== undefined) expect(finding?.message).toMatch(shows);
    expect(finding?.mend).not.toBe('');
  });

  it('has a case for every code', () => {
    expect([...new Set(CASES.map(({ code }) => code))].sort()).toEqual(Object.keys(CODES).sort());
  });

  it('names errors before warnings', () => {
    const findings = lintChanged((resources) => {
      of(resources, 'Outbox').VisibilityTimeout = 29;
      of(resources, 'Group').DefaultInstanceWarmup = 0;
      of(resources, 'Schedule').ScheduleExpression = 'often';
    });
    const severities = findings.map(({ severity }) => severity);
    expect(severities).toEqual(['error', 'error', 'warning']);
  });

  it('leaves the hooks of a shadow fleet to whoever manages it', () => {
    expect(lintChanged(dropHook(1), [goodFleet({ mode: 'shadow' })])).toEqual([]);
  });

  it('knows that no heartbeats hold an instance for more than 48 hours', () => {
    const change = (resources: Resources) => {
      hookAt(resources, 1).HeartbeatTimeout = 7200;
      of(resources, 'DrainLambdaFunction').DurableConfig = { ExecutionTimeout: 604_800 };
      of(resources, 'RefreshLambdaFunction').DurableConfig = { ExecutionTimeout: 31_622_400 };
    };
    const [finding, ...more] = lintChanged(change, [goodFleet({ drain: { ...drain, within: 172_800 } })]);
    expect({ code: finding?.code, more }).toEqual({ code: 'DRAIN_OUTLASTS_HOOK', more: [] });
    expect(finding?.mend).toBe('set fleets.web.drain.within to 47h59m30s or less');
  });

  it('looks at fleets.yml alone where there is no template', () => {
    const fleet = goodFleet({ scaling: { ...scaling, cooldown: { out: 0, in: 0 }, warmUp: 30 } });
    expect(lint({}, [fleet]).map(({ code }) => code)).toEqual([
      'WARM_UP_SHORT',
      'COOLDOWN_SHORT',
      'COOLDOWN_SHORT',
    ]);
  });
});
