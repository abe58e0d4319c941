import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, newWorld, type World } from './instances-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.cloud.close();
});

async function launched(ImageId?: string): Promise<string> {
  const id = await world.run(ImageId === undefined ? {} : { ImageId });
  await world.pass(4 * MINUTE);
  return id;
}

/** Runs commands on an instance: `[exit code, output]`. */
async function run(instance: string, ...commands: string[]) {
  const { Command } = await world.ssm.sendCommand({
    InstanceIds: [instance],
    DocumentName: 'AWS-RunShellScript',
    Parameters: { commands },
  });
  await world.pass(MINUTE);
  const { ResponseCode, StandardOutputContent } = await world.ssm.getCommandInvocation({
    CommandId: Command?.CommandId,
    InstanceId: instance,
  });
  return [ResponseCode, StandardOutputContent];
}

async function imageOf(instance: string): Promise<string> {
  const { ImageId = '' } = await world.ec2.createImage({
    InstanceId: instance,
    Name: 'taken',
    NoReboot: true,
  });
  await world.pass(5 * MINUTE);
  return ImageId;
}

describe("an instance's disk", () => {
  it('keeps what commands install and write, and loses what they remove', async () => {
    const id = await launched();
    await run(id, 'sudo apt-get install -y nginx sp-agent', 'echo db.internal > /etc/app/db');
    expect(await run(id, 'cat /etc/app/db && pgrep -x nginx')).toEqual([0, 'db.internal\n4711\n']);
    expect(await run(id, "apt-get remove -y 'sp-*' && dpkg -s sp-agent")).toEqual([1, 'sp-* removed\n']);
    expect(await run(id, 'rm -f /etc/app/db; test -f /etc/app/db')).toEqual([1, '']);
  });

  it('has no package that was never installed, and says so when it is to go', async () => {
    const id = await launched();
    expect(await run(id, "apt-get remove -y 'sp-*'")).toEqual([100, '']);
    expect(await run(id, 'pgrep -x mysqld')).toEqual([1, '']);
  });

  it('is as it was when an image was taken, on whatever is launched from that', async () => {
    const original = await launched();
    await run(original, 'echo first > /version');
    const image = await imageOf(original);
    await run(original, 'echo second > /version; echo third >> /version');
    const clone = await launched(image);
    expect(await run(clone, 'cat /version')).toEqual([0, 'first\n']);
    expect(await run(original, 'cat /version')).toEqual([0, 'second\nthird\n']);
    await run(clone, 'echo mine > /version');
    expect(await run(await launched(image), 'cat /version')).toEqual([0, 'first\n']);
  });

  it('goes into copies of an image', async () => {
    const original = await launched();
    await run(original, 'echo first > /version');
    const { ImageId = '' } = await world.ec2.copyImage({
      Name: 'copied',
      SourceImageId: await imageOf(original),
      SourceRegion: 'eu-central-1',
    });
    await world.pass(5 * MINUTE);
    expect(await run(await launched(ImageId), 'cat /version')).toEqual([0, 'first\n']);
  });
});
