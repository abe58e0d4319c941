import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, newWorld, refusal, SECOND, type World } from './instances-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.cloud.close();
});

const put = (Name: string, Value: string, options = {}) =>
  world.ssm.putParameter({ Name, Value, Type: 'String', ...options });

describe('a parameter', () => {
  it('has a new version with every change, and keeps the old ones', async () => {
    await put('/web/size', '2');
    expect(await refusal(put('/web/size', '3'))).toBe('ParameterAlreadyExists');
    expect((await put('/web/size', '3', { Overwrite: true })).Version).toBe(2);
    const value = async (Name: string) => (await world.ssm.getParameter({ Name })).Parameter?.Value;
    expect([await value('/web/size'), await value('/web/size:1')]).toEqual(['3', '2']);
    expect(await refusal(value('/web/size:7'))).toBe('ParameterVersionNotFound');
    expect(await refusal(value('/web/none'))).toBe('ParameterNotFound');
    await world.ssm.labelParameterVersion({ Name: '/web/size', ParameterVersion: 1, Labels: ['proven'] });
    expect(await value('/web/size:proven')).toBe('2');
  });

  it('shows a SecureString to those who decrypt it only', async () => {
    await put('/web/hook', 'https://hooks.example/secret', { Type: 'SecureString' });
    const read = async (WithDecryption: boolean) =>
      (await world.ssm.getParameter({ Name: '/web/hook', WithDecryption })).Parameter?.Value;
    expect(await read(true)).toBe('https://hooks.example/secret');
    expect(await read(false)).not.toContain('secret');
  });

  it('is listed by its path, on one level or on all, page by page', async () => {
    for (const name of ['/web/a', '/web/b', '/web/deep/c', '/webs/d']) await put(name, 'x');
    const names = async (options: object) => {
      const { Parameters = [] } = await world.ssm.getParametersByPath({ Path: '/web', ...options });
      return Parameters.map(({ Name }) => Name);
    };
    expect(await names({})).toEqual(['/web/a', '/web/b']);
    expect(await names({ Recursive: true })).toEqual(['/web/a', '/web/b', '/web/deep/c']);
    const first = await world.ssm.getParametersByPath({ Path: '/web', MaxResults: 1 });
    expect(await names({ MaxResults: 1, NextToken: first.NextToken })).toEqual(['/web/b']);
  });

  it('says which of several names are no parameters', async () => {
    await put('/web/a', 'x');
    const got = await world.ssm.getParameters({ Names: ['/web/a', '/web/b'] });
    expect(got.Parameters?.map(({ Name }) => Name)).toEqual(['/web/a']);
    expect(got.InvalidParameters).toEqual(['/web/b']);
    const deleted = await world.ssm.deleteParameters({ Names: ['/web/a', '/web/b'] });
    expect(deleted).toMatchObject({ DeletedParameters: ['/web/a'], InvalidParameters: ['/web/b'] });
  });

  it('does not take a name that is AWS’s own', async () => {
    expect(await refusal(put('/aws/service/x', 'x'))).toBe('AccessDeniedException');
    expect(await refusal(put('web/x', 'x'))).toBe('ValidationException');
  });

  it('is found by name and tag among the account’s own', async () => {
    await put('/web/a', 'x', { Tags: [{ Key: 'stage', Value: 'prod' }] });
    await put('/web/b', 'x');
    const find = async (Key: string, Option: string | undefined, value: string) => {
      const { Parameters = [] } = await world.ssm.describeParameters({
        ParameterFilters: [{ Key, Values: [value], ...(Option === undefined ? {} : { Option }) }],
      });
      return Parameters.map(({ Name }) => Name);
    };
    expect(await find('Name', 'BeginsWith', '/web')).toEqual(['/web/a', '/web/b']);
    expect(await find('tag:stage', undefined, 'prod')).toEqual(['/web/a']);
    expect(await find('Name', 'BeginsWith', '/aws')).toEqual([]);
  });
});

async function send(id: string, ...commands: string[]): Promise<string> {
  const { Command } = await world.ssm.sendCommand({
    InstanceIds: [id],
    DocumentName: 'AWS-RunShellScript',
    Parameters: { commands },
  });
  return Command?.CommandId ?? '';
}

async function outcome(InstanceId: string, CommandId: string) {
  const got = await world.ssm.getCommandInvocation({ CommandId, InstanceId });
  return [got.Status, got.ResponseCode, got.StandardOutputContent];
}

/** Runs a script to its end. */
async function result(id: string, ...commands: string[]) {
  const command = await send(id, ...commands);
  await world.pass(MINUTE);
  return outcome(id, command);
}

describe('a command', () => {
  it('goes from pending over in progress to its end, taking as long as it takes', async () => {
    const id = await world.run();
    await world.pass(4 * MINUTE);
    const command = await send(id, 'sleep 10', 'echo done');
    expect(await outcome(id, command)).toEqual(['Pending', -1, '']);
    await world.pass(SECOND);
    expect(await outcome(id, command)).toEqual(['InProgress', -1, '']);
    await world.pass(10 * SECOND);
    expect(await outcome(id, command)).toEqual(['Success', 0, 'done\n']);
    const { Commands = [] } = await world.ssm.listCommands({ CommandId: command });
    expect(Commands[0]).toMatchObject({ Status: 'Success', TargetCount: 1, CompletedCount: 1 });
    expect(
      world
        .emitted('EC2 Command Invocation Status-change Notification')
        .map(({ detail }) => detail['status']),
    ).toEqual(['InProgress', 'Success']);
  });

  it('ends as its script does', async () => {
    const id = await world.run();
    await world.pass(4 * MINUTE);
    expect(await result(id, 'true')).toEqual(['Success', 0, '']);
    expect(await result(id, 'false', 'true')).toEqual(['Success', 0, '']);
    expect(await result(id, 'set -e', 'false', 'true')).toEqual(['Failed', 1, '']);
    expect(await result(id, 'set -e', 'false || true', 'exit 3')).toEqual(['Failed', 3, '']);
    expect(await result(id, 'false && echo no; echo "yes # it is" # comment')).toEqual([
      'Success',
      0,
      'yes # it is\n',
    ]);
    expect(await result(id, '/opt/other/tool')).toEqual(['Failed', 127, '']);
    expect(await result(id, 'ps | wc')).toEqual(['Failed', 2, '']);
  });

  it('asks the application whether it is ready', async () => {
    const id = await world.run();
    await world.pass(MINUTE);
    expect(await result(id, 'curl -fs http://localhost/ready >/dev/null 2>&1')).toEqual(['Failed', 22, '']);
    await world.pass(2 * MINUTE);
    expect(await result(id, 'curl -fs -m 5 http://localhost/ready')).toEqual(['Success', 0, 'ok\n']);
  });

  it('drains the application: it refuses new work at once and ends when the old is done', async () => {
    world.cloud.applications.configure({ drain: { least: 20, most: 20 } });
    const id = await world.run();
    await world.pass(4 * MINUTE);
    const command = await send(id, '/opt/evenkeel/drain');
    await world.pass(2 * SECOND);
    expect(world.cloud.applications.of(id)?.get('/')).toMatchObject({ status: 503 });
    expect(await outcome(id, command)).toEqual(['InProgress', -1, '']);
    await world.pass(19 * SECOND);
    expect(await outcome(id, command)).toEqual(['Success', 0, 'drained\n']);
    expect(await result(id, '/opt/evenkeel/drain')).toEqual(['Success', 0, 'drained\n']);
  });

  it('can be cancelled, and times out when it runs too long', async () => {
    const id = await world.run();
    await world.pass(4 * MINUTE);
    const endless = await send(id, 'sleep 2h');
    await world.pass(MINUTE);
    await world.ssm.cancelCommand({ CommandId: endless });
    expect(await outcome(id, endless)).toEqual(['Cancelled', -1, '']);
    const { Command } = await world.ssm.sendCommand({
      InstanceIds: [id],
      DocumentName: 'AWS-RunShellScript',
      Parameters: { commands: ['sleep 2h'], executionTimeout: ['60'] },
    });
    await world.pass(2 * MINUTE);
    const { Status, StatusDetails } = await world.ssm.getCommandInvocation({
      CommandId: Command?.CommandId,
      InstanceId: id,
    });
    expect([Status, StatusDetails]).toEqual(['TimedOut', 'ExecutionTimedOut']);
  });

  it('times out when its instance is gone', async () => {
    const id = await world.run();
    await world.pass(4 * MINUTE);
    const command = await send(id, 'sleep 10');
    await world.pass(5 * SECOND);
    world.cloud.services.ec2.kill(id);
    await world.pass(61 * MINUTE);
    expect(await outcome(id, command)).toEqual(['TimedOut', -1, '']);
  });

  it('is not delivered to an instance that does not answer', async () => {
    const id = await world.run();
    await world.pass(4 * MINUTE);
    world.cloud.services.ec2.makeUnhealthy(id);
    const { Command } = await world.ssm.sendCommand({
      InstanceIds: [id],
      DocumentName: 'AWS-RunShellScript',
      TimeoutSeconds: 60,
      Parameters: { commands: ['true'] },
    });
    await world.pass(MINUTE);
    const got = await world.ssm.getCommandInvocation({ CommandId: Command?.CommandId, InstanceId: id });
    expect(got).toMatchObject({ Status: 'TimedOut', StatusDetails: 'DeliveryTimedOut' });
  });

  it('goes to instances by their tags', async () => {
    const tags = (Value: string) => [
      { ResourceType: 'instance' as const, Tags: [{ Key: 'evenkeel:fleet', Value }] },
    ];
    const web = await world.run({ TagSpecifications: tags('web') });
    await world.run({ TagSpecifications: tags('api') });
    await world.pass(2 * MINUTE);
    const { Command } = await world.ssm.sendCommand({
      Targets: [{ Key: 'tag:evenkeel:fleet', Values: ['web'] }],
      DocumentName: 'AWS-RunShellScript',
      Parameters: { commands: ['true'] },
    });
    const { CommandInvocations = [] } = await world.ssm.listCommandInvocations({
      CommandId: Command?.CommandId,
      Details: true,
    });
    expect(CommandInvocations.map(({ InstanceId }) => InstanceId)).toEqual([web]);
  });
});

describe('a managed instance', () => {
  it('runs, has a role, and an agent that has started', async () => {
    const id = await world.run();
    const withoutRole = await world.run({ IamInstanceProfile: undefined });
    await world.pass(MINUTE + 5 * SECOND);
    const { InstanceInformationList = [] } = await world.ssm.describeInstanceInformation({});
    expect(InstanceInformationList.map(({ InstanceId }) => InstanceId)).toEqual([id]);
    expect(await refusal(send(withoutRole, 'true'))).toBe('InvalidInstanceId');
    await world.ec2.stopInstances({ InstanceIds: [id] });
    expect(await refusal(send(id, 'true'))).toBe('InvalidInstanceId');
  });

  it('runs documents that exist, with commands', async () => {
    const id = await world.run();
    await world.pass(4 * MINUTE);
    const InstanceIds = [id];
    const unknown = world.ssm.sendCommand({ InstanceIds, DocumentName: 'My-Document' });
    expect(await refusal(unknown)).toBe('InvalidDocument');
    const empty = world.ssm.sendCommand({ InstanceIds, DocumentName: 'AWS-RunShellScript' });
    expect(await refusal(empty)).toBe('InvalidParameters');
  });
});
