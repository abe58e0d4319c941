import type { Resource, Template } from '../../templates/model.ts';
import { isRecord } from '../../templates/model.ts';
import { flagAt, listAt, numberAt, textAt } from '../../templates/template.ts';
import { launchTemplateOf } from '../../timing/read/groups.ts';
import type { Metering, Uses } from '../estimate.ts';
import type { Levels } from '../levels.ts';
import { always, times } from '../levels.ts';
import { HOURS } from '../prices.ts';

/** CPU, disk, network in and out, packets in and out, CPU credits …: what EC2 counts for each instance. */
const DETAILED_METRICS = 7;

/** Spot instances are charged as if they were on demand: the most that they cost. */
const group: Metering = (resource, context) => {
  const { template, groups } = context;
  const instances = groups.get(resource.id) ?? always(0);
  const launch = launchTemplateOf(resource, template);
  if (launch === undefined)
    return [{ item: `instances of ${resource.id}`, unknown: 'its launch template is elsewhere' }];
  const at = (...path: string[]) => ['LaunchTemplateData', ...path];
  const type = textAt(template, launch.properties, at('InstanceType'));
  const isDetailed = flagAt(template, launch.properties, at('Monitoring', 'Enabled'), false);
  return [
    type === undefined
      ? { item: `instances of ${resource.id}`, unknown: 'the template does not tell their type' }
      : { item: `instances ${type}`, price: `ec2.${type}`, quantity: times(instances, HOURS) },
    ...volumes(launch, template, instances),
    ...(isDetailed === true
      ? [{ item: 'detailed monitoring', price: 'metric', quantity: times(instances, DETAILED_METRICS) }]
      : []),
    ...addresses(launch, template, instances),
    ...(type?.startsWith('t') === true
      ? [
          {
            item: 'CPU credits',
            unknown: 'instances of the T family that stay above their baseline pay for surplus credits',
          },
        ]
      : []),
  ];
};

function volumes(launch: Resource, template: Template, instances: Levels): Uses {
  const mappings = listAt(template, launch.properties, 'LaunchTemplateData', 'BlockDeviceMappings').filter(
    isRecord,
  );
  if (mappings.length === 0) return [{ item: 'root volumes', unknown: 'their size is the image’s' }];
  return mappings.map((mapping) => {
    const size = numberAt(template, mapping, ['Ebs', 'VolumeSize'], undefined);
    const type = textAt(template, mapping, ['Ebs', 'VolumeType'], 'gp2');
    return size === undefined || type === undefined
      ? { item: 'volumes', unknown: 'the template does not tell their size' }
      : { item: `volumes ${type}`, price: `ebs.${type}.gb`, quantity: times(instances, size) };
  });
}

function addresses(launch: Resource, template: Template, instances: Levels): Uses {
  const interfaces = listAt(template, launch.properties, 'LaunchTemplateData', 'NetworkInterfaces');
  const isPublic = interfaces.some(
    (one) => flagAt(template, one, ['AssociatePublicIpAddress'], false) === true,
  );
  return isPublic
    ? [{ item: 'public addresses', price: 'ipv4.hour', quantity: times(instances, HOURS) }]
    : [];
}

/** Multi-AZ is a second instance with a second volume. */
const database: Metering = ({ id, properties }, { template }) => {
  const engine = textAt(template, properties, ['Engine']);
  const type = textAt(template, properties, ['DBInstanceClass']);
  const size = numberAt(template, properties, ['AllocatedStorage'], undefined);
  const storage = textAt(template, properties, ['StorageType'], 'gp2');
  const twice = flagAt(template, properties, ['MultiAZ'], false);
  const managesPassword = flagAt(template, properties, ['ManageMasterUserPassword'], false);
  if (engine === undefined || type === undefined || size === undefined || twice === undefined) {
    return [{ item: `database ${id}`, unknown: 'the template does not tell its class, size or zones' }];
  }
  const copies = twice ? 2 : 1;
  const zones = twice ? ' Multi-AZ' : '';
  return [
    { item: `database ${type}${zones}`, price: `rds.${engine}.${type}`, quantity: always(copies * HOURS) },
    { item: `database storage${zones}`, price: `rds.${storage ?? '?'}.gb`, quantity: always(copies * size) },
    { item: 'database backups', unknown: 'free up to the size of the database; more is charged' },
    ...(managesPassword === true ? [{ item: 'secrets', price: 'secret', quantity: always(1) }] : []),
  ];
};

export const compute: Readonly<Record<string, Metering>> = {
  'AWS::AutoScaling::AutoScalingGroup': group,
  'AWS::RDS::DBInstance': database,
};
