/** A deployment whose clocks agree, and a way to put one of them out of step. */
import type { Fleet } from '../../shared/domain/index.ts';
import type { Finding } from '../../tools/timing/finding.ts';
import { lintTiming } from '../../tools/timing/lint.ts';
import { timingModel } from '../../tools/timing/read/index.ts';
import { readTemplate } from '../../tools/templates/template.ts';
import { fleetOf } from './fleets.ts';

type Properties = Record<string, unknown>;

/** A resource as a test changes it. */
export interface Written {
  Type: string;
  DependsOn?: string[];
  UpdatePolicy?: Properties;
  Properties: Properties;
}

export type Resources = Record<string, Written>;

/** 2026-03-02T07:00:00Z, a Monday. */
export const NOW = Date.UTC(2026, 2, 2, 7);

export function goodFleet(changes: Partial<Fleet> = {}): Fleet {
  return fleetOf({
    image: { parameter: '/image', minHealthyPercentage: 100, maxHealthyPercentage: 110, bake: 600 },
    ...changes,
  });
}

function lambda(name: string, properties: Properties = {}): Written {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName: `evenkeel-dev-${name}`, Timeout: 30, ...properties },
  };
}

function rule(detailType: string): Written {
  return {
    Type: 'AWS::Events::Rule',
    Properties: { EventPattern: { source: ['aws.autoscaling'], 'detail-type': [detailType] } },
  };
}

function hook(name: string, transition: string, result: string): Properties {
  return {
    LifecycleHookName: name,
    LifecycleTransition: `autoscaling:EC2_INSTANCE_${transition}`,
    HeartbeatTimeout: 900,
    DefaultResult: result,
  };
}

function alarm(side: 'high' | 'low', periods: number): Written {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `evenkeel/dev/web/cpu-${side}`,
      Namespace: 'AWS/EC2',
      MetricName: 'CPUUtilization',
      Dimensions: [{ Name: 'AutoScalingGroupName', Value: { Ref: 'Group' } }],
      Period: 60,
      EvaluationPeriods: periods,
      TreatMissingData: 'ignore',
    },
  };
}

/** The same each time, and the test's own to change. */
export function goodResources(): Resources {
  return {
    AdmitLambdaFunction: lambda('admit', { DurableConfig: { ExecutionTimeout: 7200 } }),
    DrainLambdaFunction: lambda('drain', { DurableConfig: { ExecutionTimeout: 172_800 } }),
    RefreshLambdaFunction: lambda('refresh', { DurableConfig: { ExecutionTimeout: 604_800 } }),
    NotifyLambdaFunction: lambda('notify'),
    ReconcileLambdaFunction: lambda('reconcile', { Timeout: 50 }),
    Launching: rule('EC2 Instance-launch Lifecycle Action'),
    Terminating: rule('EC2 Instance-terminate Lifecycle Action'),
    LaunchTemplate: {
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: { LaunchTemplateData: { InstanceType: 't4g.small', Monitoring: { Enabled: true } } },
    },
    Group: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      DependsOn: ['Launching', 'Terminating'],
      Properties: {
        MinSize: '2',
        MaxSize: '6',
        LaunchTemplate: { LaunchTemplateId: { Ref: 'LaunchTemplate' }, Version: '1' },
        TargetGroupARNs: [{ Ref: 'TargetGroup' }],
        HealthCheckType: 'ELB',
        HealthCheckGracePeriod: 120,
        DefaultInstanceWarmup: 120,
        LifecycleHookSpecificationList: [
          hook('evenkeel-admission', 'LAUNCHING', 'ABANDON'),
          hook('evenkeel-drain', 'TERMINATING', 'CONTINUE'),
        ],
        Tags: [{ Key: 'evenkeel:fleet', Value: 'web', PropagateAtLaunch: true }],
      },
    },
    LoadBalancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Type: 'application' } },
    Listener: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: {
        LoadBalancerArn: { Ref: 'LoadBalancer' },
        DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'TargetGroup' } }],
      },
    },
    TargetGroup: {
      Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      Properties: {
        Protocol: 'HTTP',
        HealthCheckIntervalSeconds: 10,
        UnhealthyThresholdCount: 3,
        TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '60' }],
      },
    },
    CpuHigh: alarm('high', 2),
    CpuLow: alarm('low', 10),
    Outbox: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: 180,
        MessageRetentionPeriod: 1_209_600,
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] }, maxReceiveCount: 5 },
      },
    },
    DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Outbox', 'Arn'] },
        FunctionName: { 'Fn::GetAtt': ['NotifyLambdaFunction', 'Arn'] },
      },
    },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'rate(1 minute)',
        Target: { Arn: { 'Fn::GetAtt': ['ReconcileLambdaFunction', 'Arn'] } },
      },
    },
  };
}

/** What the linter finds in a template of these resources. */
export function lint(resources: unknown, fleets: readonly Fleet[] = [goodFleet()]): readonly Finding[] {
  return lintTiming(timingModel(fleets, NOW, readTemplate({ Resources: resources })));
}

/** What it finds once one thing is changed. */
export function lintChanged(
  change: (resources: Resources) => void,
  fleets: readonly Fleet[] = [goodFleet()],
): readonly Finding[] {
  const resources = goodResources();
  change(resources);
  return lint(resources, fleets);
}

/** The properties of a resource that a test changes. */
export function of(resources: Resources, id: string): Properties {
  const resource = resources[id];
  if (resource === undefined) throw new Error(`no resource ${id}`);
  return resource.Properties;
}

/** The hook at a place of the group's list. */
export function hookAt(resources: Resources, at: number): Properties {
  const hooks = of(resources, 'Group').LifecycleHookSpecificationList as Properties[];
  const found = hooks[at];
  if (found === undefined) throw new Error(`no hook ${at}`);
  return found;
}
