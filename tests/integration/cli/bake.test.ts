import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ssmCommands } from '../../../shared/aws/ssm-commands.ts';
import { bake } from '../../../tools/cli/bake/bake.ts';
import { BakeError } from '../../../tools/cli/bake/bake-error.ts';
import { readRecipe } from '../../../tools/cli/bake/recipe.ts';
import { MINUTE, newWorld, SECOND, type World } from '../cloud/instances-world.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', 'examples', 'byo', 'recipe.yml');

let world: World;
let server: string;
let said: string[];

beforeEach(async () => {
  world = await newWorld();
  said = [];
  server = await world.run();
  await world.pass(4 * MINUTE);
  await run(
    server,
    'apt-get install -y nginx sp-serverpilot-agent',
    'echo db.internal > /srv/shop/database-host',
  );
});

afterEach(async () => {
  await world.cloud.close();
});

async function run(instance: string, ...commands: string[]): Promise<string> {
  const { Command } = await world.ssm.sendCommand({
    InstanceIds: [instance],
    DocumentName: 'AWS-RunShellScript',
    Parameters: { commands },
  });
  await world.pass(MINUTE);
  const result = await world.ssm.getCommandInvocation({
    CommandId: Command?.CommandId,
    InstanceId: instance,
  });
  return result.StandardOutputContent ?? '';
}

interface Given {
  readonly source?: string;
  readonly takesOver?: boolean;
  /** Called at each step. */
  readonly say?: () => void;
}

function baking({ source = server, takesOver = false, say = () => undefined }: Given = {}) {
  const recipe = readRecipe(readFileSync(EXAMPLE, 'utf8'), 'recipe.yml');
  return bake(
    { recipe, source, takesOver },
    {
      ec2: world.ec2,
      ssm: world.ssm,
      commands: ssmCommands(world.ssm),
      clock: { now: () => world.cloud.clock.now(), wait: (milliseconds) => world.pass(milliseconds) },
      say: (step, text) => {
        said.push(`${step}: ${text}`);
        say();
      },
    },
  );
}

async function refusal(given?: Given): Promise<string> {
  const error: unknown = await baking(given).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BakeError);
  return (error as BakeError).message;
}

/** Ids of the instances that run or could, but for the server itself, and of the account's images. */
async function others(): Promise<string[]> {
  const living = ['pending', 'running', 'stopping', 'stopped'];
  const { Reservations = [] } = await world.ec2.describeInstances({
    Filters: [{ Name: 'instance-state-name', Values: living }],
  });
  const { Images = [] } = await world.ec2.describeImages({ Owners: ['self'] });
  const { Snapshots = [] } = await world.ec2.describeSnapshots({ OwnerIds: ['self'] });
  const ids = Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId));
  return [
    ...ids.filter((id) => id !== server),
    ...Images.map(({ ImageId }) => ImageId),
    ...Snapshots.map(({ SnapshotId }) => SnapshotId),
  ].flatMap((id) => id ?? []);
}

describe('a baked image', () => {
  it('has what the recipe put on it, and no longer what it took off', async () => {
    const { image } = await baking();
    const instance = await world.run({ ImageId: image });
    await world.pass(4 * MINUTE);
    expect(await run(instance, 'cat /srv/shop/image', 'dpkg -s nginx')).toMatch(/^baked\nPackage: nginx\n/);
    expect(await run(instance, 'dpkg -s sp-serverpilot-agent')).toBe('');
  });

  it('leaves the server as it was, running all the while', async () => {
    const states = new Set<string | undefined>();
    world.cloud.kernel.journal.observe((entry) => {
      if (entry.kind === 'instance' && entry.id === server) states.add(entry.state);
    });
    await baking();
    expect([...states]).toEqual([]);
    expect(await run(server, 'dpkg -s sp-serverpilot-agent')).toContain('installed');
  });

  it('is all that is left of its making, and says where it comes from', async () => {
    const { image, name } = await baking();
    await world.pass(5 * MINUTE);
    const { Images = [] } = await world.ec2.describeImages({ Owners: ['self'] });
    expect(Images).toMatchObject([{ ImageId: image, Name: name, State: 'available' }]);
    expect(Images[0]?.Tags).toEqual(
      expect.arrayContaining([
        { Key: 'evenkeel:recipe', Value: 'shop' },
        { Key: 'evenkeel:source', Value: server },
      ]),
    );
    const [snapshot] = Images[0]?.BlockDeviceMappings ?? [];
    expect(await others()).toEqual([image, snapshot?.Ebs?.SnapshotId]);
  });

  it('is published where fleets look for their newest image', async () => {
    const { image } = await baking();
    const { Parameter } = await world.ssm.getParameter({ Name: '/evenkeel/images/shop' });
    expect(Parameter?.Value).toBe(image);
  });
});

describe('a bake that fails leaves nothing, and says which step failed and why', () => {
  it.each([
    [
      'the application uses a database on the server',
      'echo 127.0.0.1 > /srv/shop/database-host',
      /^database: .* 127\.0\.0\.1, which is the instance itself/,
    ],
    [
      'a database runs on the server',
      'apt-get install -y mariadb-server',
      /^database: mariadbd runs on the image/,
    ],
    [
      'there is nothing to strip',
      "apt-get remove -y 'sp-*'",
      /^strip: .*ended with 100\n.*Unable to locate package sp-serverpilot-\*/,
    ],
    [
      'the host of the database is not written down',
      'rm /srv/shop/database-host',
      /^database: 'cat .*' ended with 1\n.*No such file/,
    ],
  ])('when %s', async (_, fault, message) => {
    await run(server, fault);
    expect(await refusal()).toMatch(message);
    await world.pass(5 * MINUTE);
    expect(await others()).toEqual([]);
    await expect(world.ssm.getParameter({ Name: '/evenkeel/images/shop' })).rejects.toThrow();
  });

  it('when the builder dies', async () => {
    const kill = () => {
      const [builder] = [...world.cloud.services.ec2.instances()].filter(
        ({ id, state }) => id !== server && state === 'running',
      );
      if (builder !== undefined && said.at(-1)?.startsWith('customise'))
        world.cloud.services.ec2.kill(builder.id);
    };
    expect(await refusal({ say: kill })).toMatch(/^customise: /);
    await world.pass(5 * MINUTE);
    expect(await others()).toEqual([]);
  });
});

describe('a bake does not begin', () => {
  it('on a server that does not run', async () => {
    expect(await refusal({ source: 'i-0123456789abcdef0' })).toMatch(
      /^source: i-0123456789abcdef0 does not run/,
    );
  });

  it('on a server on which no command can be run', async () => {
    const source = await world.run({ IamInstanceProfile: undefined });
    await world.pass(4 * MINUTE);
    expect(await refusal({ source })).toMatch(
      /no instance profile: give it one with AmazonSSMManagedInstanceCore/,
    );
  });

  it('while another of its recipe is under way, unless it takes over', async () => {
    const builder = await world.run({
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'evenkeel:builds', Value: 'shop' }] }],
    });
    await world.pass(30 * SECOND);
    expect(await refusal()).toMatch(new RegExp(`^clone: ${builder} is being built since .* --take-over`));
    const { image } = await baking({ takesOver: true });
    await world.pass(5 * MINUTE);
    expect(await others()).not.toContain(builder);
    expect(await others()).toContain(image);
  });
});
