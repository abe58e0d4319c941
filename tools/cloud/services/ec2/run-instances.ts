import type { ResponseLaunchTemplateData, RunInstancesRequest } from '@aws-sdk/client-ec2';
import type { Kernel } from '../../kernel/index.ts';
import { dryRunOperation, invalidParameterValue } from './errors.ts';
import type { Instance } from './instance.ts';
import { instanceShape } from './instance-view.ts';
import type { LaunchTemplates } from './launch-templates.ts';
import type { Launch, Launcher } from './launcher.ts';
import { given } from './records.ts';
import { rejectReservedTags } from './tag-operations.ts';
import { tagsFor } from './tags.ts';

/** Launches as many instances as asked for, or none. */
export function runInstances(
  kernel: Kernel,
  templates: LaunchTemplates,
  launcher: Launcher,
  input: RunInstancesRequest,
): { reservationId: string; instances: Instance[] } {
  const count = input.MaxCount ?? 1;
  if (count < 1 || (input.MinCount ?? 1) > count)
    throw invalidParameterValue(`Value (${count}) for parameter maxCount is invalid.`);
  const reservationId = `r-${kernel.ids.hex(17)}`;
  const launch = { ...launchFrom(templates, input), reservationId };
  const checked = launcher.check(launch);
  if (input.DryRun) throw dryRunOperation();
  const instances = Array.from({ length: count }, (_, launchIndex) =>
    launcher.launch({ ...launch, launchIndex }, checked),
  );
  return { reservationId, instances };
}

export function reservationShape(kernel: Kernel, reservationId: string, instances: readonly Instance[]) {
  return {
    ReservationId: reservationId,
    OwnerId: kernel.account.id,
    Groups: [],
    Instances: instances.map((instance) => instanceShape(kernel.account, instance)),
  };
}

/** A request's own parameters over those of the template it names. */
function launchFrom(templates: LaunchTemplates, input: RunInstancesRequest): Launch {
  const { LaunchTemplate: named } = input;
  const template =
    named === undefined
      ? undefined
      : templates.resolve({
          id: named.LaunchTemplateId,
          name: named.LaunchTemplateName,
          version: named.Version,
        });
  rejectReservedTags(tagsFor('instance', input.TagSpecifications));
  return {
    data: {
      ...template?.data,
      ...given(dataOf(input)),
      TagSpecifications: [...(template?.data.TagSpecifications ?? []), ...(input.TagSpecifications ?? [])],
    },
    launchTemplate:
      template === undefined ? undefined : { id: template.launchTemplateId, version: template.versionNumber },
    subnetId: input.SubnetId,
    tags: [],
    market: undefined,
    clientToken: input.ClientToken,
  };
}

function dataOf(input: RunInstancesRequest): Partial<ResponseLaunchTemplateData> {
  return {
    ImageId: input.ImageId,
    InstanceType: input.InstanceType,
    KeyName: input.KeyName,
    UserData: input.UserData,
    IamInstanceProfile: input.IamInstanceProfile,
    SecurityGroupIds: input.SecurityGroupIds,
    SecurityGroups: input.SecurityGroups,
    NetworkInterfaces: input.NetworkInterfaces,
    BlockDeviceMappings: input.BlockDeviceMappings,
    Monitoring: input.Monitoring,
    Placement: input.Placement,
    MetadataOptions: input.MetadataOptions,
    DisableApiTermination: input.DisableApiTermination,
    DisableApiStop: input.DisableApiStop,
    InstanceInitiatedShutdownBehavior: input.InstanceInitiatedShutdownBehavior,
    InstanceMarketOptions: input.InstanceMarketOptions,
    HibernationOptions: input.HibernationOptions,
  };
}
