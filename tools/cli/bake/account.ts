import type { EC2, Image, Instance, Tag } from '@aws-sdk/client-ec2';
import type { SSM } from '@aws-sdk/client-ssm';
import type { Commands } from '../../../shared/ports/index.ts';
import { BakeError, type BakeStep } from './bake-error.ts';

export interface BakePorts {
  readonly ec2: Pick<
    EC2,
    | 'createImage'
    | 'deregisterImage'
    | 'describeImages'
    | 'describeInstances'
    | 'runInstances'
    | 'stopInstances'
    | 'terminateInstances'
  >;
  readonly ssm: Pick<SSM, 'describeInstanceInformation' | 'putParameter'>;
  readonly commands: Commands;
  readonly clock: { now(): number; wait(milliseconds: number): Promise<void> };
  readonly say: (step: BakeStep, text: string) => void;
}

/** The server that is cloned, and what its clone needs to be like it. */
export interface Source {
  readonly id: string;
  readonly type: string;
  readonly subnet: string;
  readonly securityGroups: readonly string[];
  readonly profileArn: string;
  readonly hasPublicAddress: boolean;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** On what a bake needs only while it goes on: the recipe's name. */
const TEMPORARY = 'evenkeel:builds';
/** On the images that bakes leave. */
const RECIPE = 'evenkeel:recipe';
const SOURCE = 'evenkeel:source';

/** Images of large disks take their time: packer and the SDK's own waiter give up too early. */
const IMAGE_WITHIN = 2 * 60 * MINUTE;
const BOOT_WITHIN = 15 * MINUTE;

/** What a bake does in the account. */
export class Account {
  readonly #recipe: string;
  readonly #on: BakePorts;

  /** @param recipe its name, by which what it has made is found again */
  constructor(recipe: string, on: BakePorts) {
    this.#recipe = recipe;
    this.#on = on;
  }

  /** @throws BakeError for a server that is not there, or on which no command can be run */
  async source(id: string): Promise<Source> {
    const instance = await this.#instance(id);
    if (instance?.State?.Name !== 'running')
      throw new BakeError('source', `${id} does not run (${instance?.State?.Name ?? 'not found'})`);
    const { InstanceType = '', SubnetId = '', SecurityGroups = [], IamInstanceProfile } = instance;
    if (IamInstanceProfile?.Arn === undefined)
      throw new BakeError(
        'source',
        `${id} has no instance profile: give it one with AmazonSSMManagedInstanceCore, by which commands run on its clone`,
      );
    return {
      id,
      type: InstanceType,
      subnet: SubnetId,
      securityGroups: SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []),
      profileArn: IamInstanceProfile.Arn,
      hasPublicAddress: instance.PublicIpAddress !== undefined,
    };
  }

  /** Takes an image of the source without rebooting it. @returns the image, available */
  async cloneOf({ id }: Source): Promise<string> {
    const name = `${this.#recipe}-clone-${this.#stamp()}`;
    return this.#image(id, name, { NoReboot: true, tags: [[TEMPORARY, this.#recipe]] }, 'clone');
  }

  /** Launches a builder that is like the source but for its name. @returns it, ready for commands */
  async launch(image: string, source: Source): Promise<string> {
    const { Instances: [launched] = [] } = await this.#on.ec2.runInstances({
      ImageId: image,
      InstanceType: source.type as Instance['InstanceType'],
      MinCount: 1,
      MaxCount: 1,
      ClientToken: `${this.#recipe}-${image}`,
      IamInstanceProfile: { Arn: source.profileArn },
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId: source.subnet,
          Groups: [...source.securityGroups],
          AssociatePublicIpAddress: source.hasPublicAddress,
        },
      ],
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: tagsOf([
            ['Name', `${this.#recipe}-builder`],
            [TEMPORARY, this.#recipe],
          ]),
        },
      ],
    });
    const builder = launched?.InstanceId ?? '';
    await this.#until('clone', `${builder} to take commands`, BOOT_WITHIN, async () => {
      const { InstanceInformationList: [agent] = [] } = await this.#on.ssm.describeInstanceInformation({
        Filters: [{ Key: 'InstanceIds', Values: [builder] }],
      });
      return agent?.PingStatus === 'Online' ? true : undefined;
    });
    return builder;
  }

  /** Runs a command to its end. @returns what it printed @throws BakeError when it fails */
  async run(
    builder: string,
    command: string,
    { step, within }: { step: BakeStep; within: number },
  ): Promise<string> {
    const { commands } = this.#on;
    const id = await commands.send(builder, command, `evenkeel bake ${this.#recipe}: ${step}`);
    if (id === undefined) throw new BakeError(step, `${builder} takes no commands any more`);
    const result = await this.#until(step, `'${command}' to end`, within, async () => {
      const now = await commands.result(id, builder);
      return now.status === 'running' ? undefined : now;
    });
    if (result.status === 'unreachable')
      throw new BakeError(step, `'${command}' never ran: ${result.reason}`);
    if (result.status === 'failed')
      throw new BakeError(step, `'${command}' ended with ${result.exitCode}`, result.output);
    return result.output;
  }

  /** Stops the builder, and takes the image that is left. @returns it, available */
  async imageOf(builder: string, source: Source): Promise<{ image: string; name: string }> {
    await this.#on.ec2.stopInstances({ InstanceIds: [builder] });
    await this.#until('image', `${builder} to stop`, BOOT_WITHIN, async () => {
      const instance = await this.#instance(builder);
      return instance?.State?.Name === 'stopped' ? true : undefined;
    });
    const name = `${this.#recipe}-${this.#stamp()}`;
    const tags: TagPair[] = [
      ['Name', name],
      [RECIPE, this.#recipe],
      [SOURCE, source.id],
    ];
    return { image: await this.#image(builder, name, { NoReboot: false, tags }, 'image'), name };
  }

  async addressesOf(builder: string): Promise<string[]> {
    const instance = await this.#instance(builder);
    return [instance?.PrivateIpAddress, instance?.PrivateDnsName, instance?.PublicIpAddress].flatMap(
      (address) => address ?? [],
    );
  }

  async publish(parameter: string, image: string): Promise<void> {
    await this.#on.ssm.putParameter({ Name: parameter, Value: image, Type: 'String', Overwrite: true });
  }

  /**
   * Takes away what this bake, or one that was killed, needed only while it went on.
   *
   * @throws BakeError when another bake of the recipe seems to be under way, and is not to be taken over
   */
  async clearAway({ takesOver }: { takesOver: boolean }): Promise<void> {
    const builders = await this.#builders();
    const [busy] = builders;
    if (busy !== undefined && !takesOver)
      throw new BakeError(
        'clone',
        `${busy.InstanceId ?? ''} is being built since ${busy.LaunchTime?.toISOString() ?? ''}: wait for it, or give --take-over if nobody does`,
      );
    const ids = builders.flatMap(({ InstanceId }) => InstanceId ?? []);
    if (ids.length > 0) await this.#on.ec2.terminateInstances({ InstanceIds: ids });
    for (const { ImageId } of await this.#clones())
      await this.#on.ec2.deregisterImage({ ImageId, DeleteAssociatedSnapshots: true });
  }

  async #builders(): Promise<Instance[]> {
    const { Reservations = [] } = await this.#on.ec2.describeInstances({
      Filters: [
        { Name: `tag:${TEMPORARY}`, Values: [this.#recipe] },
        { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
      ],
    });
    return Reservations.flatMap(({ Instances = [] }) => Instances);
  }

  async #clones(): Promise<Image[]> {
    const { Images = [] } = await this.#on.ec2.describeImages({
      Owners: ['self'],
      Filters: [{ Name: `tag:${TEMPORARY}`, Values: [this.#recipe] }],
    });
    return Images;
  }

  async #image(
    instance: string,
    name: string,
    { NoReboot, tags }: { NoReboot: boolean; tags: TagPair[] },
    step: BakeStep,
  ): Promise<string> {
    const { ImageId = '' } = await this.#on.ec2.createImage({
      InstanceId: instance,
      Name: name,
      NoReboot,
      TagSpecifications: [
        { ResourceType: 'image', Tags: tagsOf(tags) },
        { ResourceType: 'snapshot', Tags: tagsOf(tags) },
      ],
    });
    await this.#until(step, `${ImageId} to become available`, IMAGE_WITHIN, async () => {
      const { Images: [image] = [] } = await this.#on.ec2.describeImages({ ImageIds: [ImageId] });
      if (image?.State === 'failed' || image?.State === 'error')
        throw new BakeError(step, `${ImageId} failed: ${image.StateReason?.Message ?? 'no reason is given'}`);
      return image?.State === 'available' ? true : undefined;
    });
    return ImageId;
  }

  async #instance(id: string): Promise<Instance | undefined> {
    const { Reservations = [] } = await this.#on.ec2.describeInstances({
      Filters: [{ Name: 'instance-id', Values: [id] }],
    });
    return Reservations[0]?.Instances?.[0];
  }

  /** Asks until there is an answer. @throws BakeError when there is none in time */
  async #until<Answer>(
    step: BakeStep,
    what: string,
    within: number,
    ask: () => Promise<Answer | undefined>,
  ): Promise<Answer> {
    const { clock } = this.#on;
    const deadline = clock.now() + within;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (clock.now() >= deadline)
        throw new BakeError(step, `waited ${Math.round(within / MINUTE)} min in vain for ${what}`);
      await clock.wait(5 * SECOND);
    }
  }

  /** `20260302-061500`: sorts as time does. */
  #stamp(): string {
    return new Date(this.#on.clock.now())
      .toISOString()
      .slice(0, 19)
      .replaceAll(/[-:]/g, '')
      .replace('T', '-');
  }
}

type TagPair = [key: string, value: string];

const tagsOf = (pairs: readonly TagPair[]): Tag[] => pairs.map(([Key, Value]) => ({ Key, Value }));
