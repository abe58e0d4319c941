import { AwsError, type Kernel } from '../../kernel/index.ts';
import type { Ec2Service, LaunchRequest } from './api.ts';
import { ec2Control } from './control.ts';
import { createDefaultVpc } from './default-vpc.ts';
import { endpointOperations } from './endpoints.ts';
import { dryRunOperation } from './errors.ts';
import { flowLogOperations } from './flow-logs.ts';
import { gatewayOperations } from './gateways.ts';
import { imageOperations } from './image-operations.ts';
import { imageReferenceOperations } from './image-references.ts';
import { Images } from './images.ts';
import { instanceOperations } from './instance-operations.ts';
import { instanceTypeOperations } from './instance-types.ts';
import { Instances } from './instances.ts';
import { createInterface, interfaceOperations, releaseInterface } from './interfaces.ts';
import { keyPairOperations } from './key-pairs.ts';
import { launchTemplateOperations } from './launch-template-operations.ts';
import { LaunchTemplates } from './launch-templates.ts';
import { Launcher } from './launcher.ts';
import { Network } from './network.ts';
import { partiesOf } from './parties.ts';
import { aliasedParameter, PUBLIC_IMAGES, publishImage, type ImageParameters } from './public-images.ts';
import { Reachability } from './reachability/index.ts';
import { regionOperations } from './regions.ts';
import { requireResource } from './resources.ts';
import { routeOperations } from './routes.ts';
import { securityGroupOperations } from './security-groups.ts';
import { onDemandPrice, spotPool, spotPriceOperations } from './spot-pools.ts';
import { standing } from './standing.ts';
import { storageOperations } from './storage-operations.ts';
import { Storage } from './storage.ts';
import { subnetOperations } from './subnets.ts';
import { tagOperations } from './tag-operations.ts';
import { Tags } from './tags.ts';
import { vpcOperations } from './vpcs.ts';

export type * from './api.ts';
export type { ImageParameters } from './public-images.ts';

/**
 * EC2: networks, images, launch templates, and instances that live on the clock.
 *
 * @param on.parameters where `resolve:ssm:` image ids are looked up and public image parameters are published
 */
export function createEc2(kernel: Kernel, on: { readonly parameters: ImageParameters }): Ec2Service {
  const parts = createParts(kernel, on.parameters);
  const { instances, templates, launcher, images, network, tags } = parts;
  createDefaultVpc(network);
  for (const image of PUBLIC_IMAGES) publishImage(kernel, images, on.parameters, image, undefined);
  instances.onStateChange(({ instance, to }) => {
    const gone = to === 'terminated' ? instances.find(instance.id) : undefined;
    if (gone !== undefined) launcher.release(gone);
  });
  return {
    client: '@aws-sdk/client-ec2',
    standing,
    operations: ec2Operations(parts),
    readsOfNow: () => {
      const { DescribeInstances, DescribeInstanceStatus } = instanceOperations({
        ...parts,
        instances: instances.copy(),
      });
      return { DescribeInstances, DescribeInstanceStatus };
    },
    launch: (request) => launchForGroup(parts, request),
    terminate: (id, cause) => instances.terminate(id, cause),
    stop: (id, { hibernates = false } = {}) => {
      const canHibernate = instances.find(id)?.facts.canHibernate ?? false;
      instances.stop(id, { hibernates: hibernates && canHibernate });
    },
    start: (id) => instances.restart(id),
    onDemandPrice,
    spotPool,
    instance: (id) => instances.find(id),
    instances: () => instances.values(),
    onStateChange: (listener) => instances.onStateChange(listener),
    onDisturbance: (listener) => instances.onDisturbance(listener),
    onImage: (listener) =>
      images.onAdded(({ ImageId: id, SourceInstanceId: sourceInstanceId, SourceImageId: sourceImageId }) =>
        listener({ id, sourceInstanceId, sourceImageId }),
      ),
    isImpaired: (id) => instances.find(id)?.isImpaired ?? false,
    resolveTemplate: (spec) => templates.resolve(spec),
    zoneOfSubnet: (subnetId) => network.subnets.get(subnetId).AvailabilityZone,
    subnet: (subnetId) => {
      const { VpcId, AvailabilityZone } = network.subnets.get(subnetId);
      return { vpcId: VpcId, zone: AvailabilityZone };
    },
    defaultSubnets: () =>
      network.subnets.where(({ DefaultForAz }) => DefaultForAz === true).map(({ SubnetId }) => SubnetId),
    attachInterface: (request) => {
      const attachment = { InstanceOwnerId: 'amazon-aws', Status: 'attached' as const, DeviceIndex: 1 };
      const created = createInterface(network, { ...request, attachment });
      return { interfaceId: created.NetworkInterfaceId, privateIp: created.PrivateIpAddress };
    },
    detachInterface: (interfaceId) => releaseInterface(network, interfaceId),
    ...partiesOf(parts),
    hasVpc: (vpcId) => network.vpcs.find(vpcId) !== undefined,
    isImageLaunchable: (imageId) => images.collection.find(imageId)?.State === 'available',
    tag: (resourceId, entries) => tags.set(resourceId, entries),
    untag: (resourceId, keys) => tags.remove(resourceId, keys),
    ...ec2Control({ kernel, instances, images, parameters: on.parameters }),
  };
}

function createParts(kernel: Kernel, parameters: ImageParameters) {
  const tags = new Tags();
  const network = new Network(kernel, tags);
  const images = new Images(kernel, tags);
  const storage = new Storage(kernel, tags);
  const instances = new Instances(kernel, tags);
  const templates = new LaunchTemplates(kernel, tags);
  const resolveImage = (imageId: string) => resolvedImage(parameters, imageId);
  const launcher = new Launcher({ kernel, network, images, storage, instances, tags, resolveImage });
  const reachability = new Reachability(network);
  return {
    kernel,
    tags,
    network,
    reachability,
    images,
    storage,
    instances,
    templates,
    launcher,
    resolveImage,
    parameters,
  };
}

type Parts = ReturnType<typeof createParts>;

function ec2Operations(parts: Parts) {
  const { kernel, network, templates, resolveImage, tags, storage, images } = parts;
  return withDryRun({
    ...vpcOperations(network),
    ...subnetOperations(network),
    ...routeOperations(network),
    ...securityGroupOperations(network),
    ...interfaceOperations(network),
    ...gatewayOperations(network),
    ...endpointOperations(network),
    ...flowLogOperations(network),
    ...keyPairOperations(network),
    ...regionOperations(kernel),
    ...imageOperations(parts),
    ...imageReferenceOperations(parts),
    ...storageOperations(kernel, storage, images),
    ...launchTemplateOperations(templates, resolveImage),
    ...instanceTypeOperations(kernel),
    ...spotPriceOperations(kernel),
    ...instanceOperations(parts),
    ...tagOperations(tags, requireResource(parts)),
  });
}

/** RunInstances says what is wrong with a launch before it says that it only was a dry run. */
const CHECK_BEFORE_DRY_RUN: readonly string[] = ['RunInstances'];

function withDryRun<All extends Record<string, (input: never, call: never) => unknown>>(
  operations: All,
): All {
  const wrapped = Object.entries(operations).map(([name, operation]) => [
    name,
    (input: { DryRun?: boolean }, call: unknown) => {
      if (input.DryRun && !CHECK_BEFORE_DRY_RUN.includes(name)) throw dryRunOperation();
      return operation(input as never, call as never);
    },
  ]);
  return Object.fromEntries(wrapped) as All;
}

function launchForGroup({ templates, launcher }: Parts, request: LaunchRequest) {
  const template = templates.resolve(request.launchTemplate);
  const { instanceType, imageId } = request.overrides ?? {};
  return launcher.launch({
    data: {
      ...template.data,
      ...(instanceType === undefined
        ? {}
        : { InstanceType: instanceType as NonNullable<typeof template.data.InstanceType> }),
      ...(imageId === undefined ? {} : { ImageId: imageId }),
    },
    launchTemplate: { id: template.launchTemplateId, version: template.versionNumber },
    subnetId: request.subnetId,
    tags: request.tags,
    market: request.market,
  });
}

function resolvedImage(parameters: ImageParameters, imageId: string): string {
  const parameter = aliasedParameter(imageId);
  if (parameter === undefined) return imageId;
  const value = parameters.value(parameter);
  if (value === undefined)
    throw new AwsError(
      'InvalidParameterValue',
      `The parameter '${parameter}' of '${imageId}' was not found.`,
    );
  return value;
}
