import type { Resource, Template } from '../../templates/model.ts';
import { isRecord } from '../../templates/model.ts';
import { resourcesNamedIn } from '../../templates/intrinsics.ts';
import { flagAt, listAt, numberAt, resourcesOf, textAt, valueAt } from '../../templates/template.ts';
import type { GroupClocks, TargetGroupClocks } from '../model.ts';
import { readHooks } from './hooks.ts';

/** A group as the template has it: its clocks, and what tells whose it is. */
export interface ReadGroup {
  readonly clocks: GroupClocks;
  readonly name: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
}

export function readGroups(
  template: Template,
  targetGroups: ReadonlyMap<string, TargetGroupClocks>,
): readonly ReadGroup[] {
  return resourcesOf(template, 'AWS::AutoScaling::AutoScalingGroup').map((resource) => ({
    clocks: clocksOf(resource, template, targetGroups),
    name: textAt(template, resource.properties, ['AutoScalingGroupName']),
    tags: tagsOf(resource, template),
  }));
}

/** AWS's defaults: no grace when a group is not made by the console, and health that EC2 alone judges. */
function clocksOf(
  resource: Resource,
  template: Template,
  targetGroups: ReadonlyMap<string, TargetGroupClocks>,
): GroupClocks {
  const { id, properties } = resource;
  const launch = launchTemplateOf(resource, template);
  const min = numberAt(template, properties, ['MinSize'], undefined);
  const warmUp = valueAt(template, properties, 'DefaultInstanceWarmup');
  const health = textAt(template, properties, ['HealthCheckType'], 'EC2');
  const registered = [properties.TargetGroupARNs, properties.TrafficSources];
  return {
    id,
    min,
    max: numberAt(template, properties, ['MaxSize'], undefined),
    desired: numberAt(template, properties, ['DesiredCapacity'], min),
    asksLoadBalancer: health?.split(',').some((kind) => kind.trim() === 'ELB'),
    grace: numberAt(template, properties, ['HealthCheckGracePeriod'], 0),
    warmUp:
      warmUp === undefined ? 'unset' : numberAt(template, properties, ['DefaultInstanceWarmup'], undefined),
    hasSpot: hasSpot(resource, launch, template),
    isDetailed:
      launch && flagAt(template, launch.properties, ['LaunchTemplateData', 'Monitoring', 'Enabled'], false),
    hooks: readHooks(resource, template),
    targetGroups: resourcesNamedIn(registered, template).flatMap((target) => targetGroups.get(target) ?? []),
    ...rollingUpdateOf(resource, template),
    ...maintenanceOf(resource, template),
    bootScript: launch && bootScriptOf(launch),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html */
function rollingUpdateOf({ updatePolicy }: Resource, template: Template): Pick<GroupClocks, 'rollingUpdate'> {
  if (!isRecord(updatePolicy.AutoScalingRollingUpdate)) return {};
  const figure = (key: string, absent: number) =>
    numberAt(template, updatePolicy, ['AutoScalingRollingUpdate', key], absent);
  return { rollingUpdate: { keeps: figure('MinInstancesInService', 0), batch: figure('MaxBatchSize', 1) } };
}

function maintenanceOf({ properties }: Resource, template: Template): Pick<GroupClocks, 'maintenance'> {
  if (!isRecord(properties.InstanceMaintenancePolicy)) return {};
  const figure = (key: string) =>
    numberAt(template, properties, ['InstanceMaintenancePolicy', key], undefined);
  return {
    maintenance: { minHealthy: figure('MinHealthyPercentage'), maxHealthy: figure('MaxHealthyPercentage') },
  };
}

/** The launch template that a group launches from, where it stands in the same template. */
export function launchTemplateOf({ properties }: Resource, template: Template): Resource | undefined {
  const named = resourcesNamedIn([properties.LaunchTemplate, properties.MixedInstancesPolicy], template);
  return named
    .flatMap((id) => template.resources.get(id) ?? [])
    .find(({ type }) => type === 'AWS::EC2::LaunchTemplate');
}

function hasSpot(
  { properties }: Resource,
  launch: Resource | undefined,
  template: Template,
): boolean | undefined {
  const market =
    launch &&
    textAt(
      template,
      launch.properties,
      ['LaunchTemplateData', 'InstanceMarketOptions', 'MarketType'],
      'none',
    );
  if (market === 'spot') return true;
  if (valueAt(template, properties, 'MixedInstancesPolicy') === undefined)
    return market === undefined ? undefined : false;
  const path = ['MixedInstancesPolicy', 'InstancesDistribution', 'OnDemandPercentageAboveBaseCapacity'];
  const onDemand = numberAt(template, properties, path, 100);
  return onDemand === undefined ? undefined : onDemand < 100;
}

/** All texts of the user data, whatever puts them together; a plain Base64 text is read. */
function bootScriptOf({ properties }: Resource): string | undefined {
  const data = properties.LaunchTemplateData;
  const userData = isRecord(data) ? data.UserData : undefined;
  if (userData === undefined) return undefined;
  if (typeof userData === 'string') return Buffer.from(userData, 'base64').toString('utf8');
  const texts: string[] = [];
  const pending: unknown[] = [userData];
  while (pending.length > 0) {
    const next = pending.shift();
    if (typeof next === 'string') texts.push(next);
    else if (typeof next === 'object' && next !== null)
      pending.unshift(...(Object.values(next) as unknown[]));
  }
  return texts.join('\n');
}

function tagsOf({ properties }: Resource, template: Template): ReadonlyMap<string, string> {
  const tags = listAt(template, properties, 'Tags').flatMap((tag) => {
    const [key, value] = [textAt(template, tag, ['Key']), textAt(template, tag, ['Value'])];
    return key === undefined || value === undefined ? [] : [[key, value] as const];
  });
  return new Map(tags);
}
