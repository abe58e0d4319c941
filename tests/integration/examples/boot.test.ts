import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openBalancer } from '../../../tools/cloud/balancer/index.ts';
import { runForReal } from '../../../tools/cloud/instances/index.ts';
import { openFleet, type Fleet } from '../cloud/groups-world.ts';
import { application, boot, onInstance, tool } from './boot-world.ts';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(fleet: Fleet, command: Parameters<typeof runForReal>[1]['command']) {
  const instances = runForReal(fleet.cloud, { isMeant: () => true, command });
  const balancer = await openBalancer(fleet.cloud, fleet.loadBalancerArn);
  closing.push(
    () => balancer.close(),
    () => instances.close(),
    () => fleet.close(),
  );
  await fleet.createGroup({ DesiredCapacity: 1, HealthCheckType: 'EC2' });
  await fleet.pass(5);
  const [instance] = await fleet.instances();
  return {
    url: balancer.url,
    instances,
    id: instance?.InstanceId ?? '',
    zone: instance?.AvailabilityZone ?? '',
  };
}

it('a boot that cannot install the agent ends, and says so', async () => {
  await expect(boot('hello', '', { BOOT_ROOT: '/dev/null' })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('evenkeel: boot failed: the agent cannot be installed\n') as unknown,
  });
});

describe('hello, booted by its script', () => {
  it('says which instance and zone answered, lives and is ready, and drains', async () => {
    const folder = await boot('hello');
    const fleet = await openFleet();
    const command = { file: 'python3', args: [join(folder, 'opt/hello/server.py')] };
    const { url, id, zone, instances } = await serve(fleet, command);
    const response = await fetch(url);
    const page = await response.text();
    expect(page).toContain(`<strong>${id}</strong>`);
    expect(page).toContain(`<strong>${zone}</strong>`);
    expect(response.headers.get('x-instance-id')).toBe(id);
    for (const path of ['/live', '/ready']) expect((await fetch(url + path)).status).toBe(200);
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    expect((await fetch(url, { method: 'HEAD' })).headers.get('content-length')).toBe(String(page.length));
    const application = fleet.cloud.applications.of(id);
    if (application !== undefined) fleet.cloud.applications.drain(application);
    await fleet.cloud.clock.quiet();
    expect(instances.portOf(id)).toBeUndefined();
  });

  it('has a drain that stops its service, and is done when that is', async () => {
    const folder = await boot('hello');
    const calls = join(folder, 'calls');
    await tool(join(folder, 'tools'), 'systemctl', `echo "$@" >>'${calls}'`);
    await onInstance(folder, 'opt/evenkeel/drain');
    await onInstance(folder, 'opt/evenkeel/drain');
    expect(await readFile(calls, 'utf8')).toBe('stop hello.service\n');
    const unit = await readFile(join(folder, 'etc/systemd/system/hello.service'), 'utf8');
    expect(unit).toContain('ExecStart=/usr/bin/python3 /opt/hello/server.py');
  });

  it('is ready when its page is, until it drains', async () => {
    const folder = await boot('hello');
    await tool(join(folder, 'tools'), 'curl', 'echo "$@"');
    expect(await onInstance(folder, 'opt/evenkeel/ready')).toBe('-fsS http://localhost/ready\n');
    await tool(join(folder, 'tools'), 'curl', 'exit 22');
    await expect(onInstance(folder, 'opt/evenkeel/ready')).rejects.toThrow('50-hello exited with 22');
    await tool(join(folder, 'tools'), 'curl', 'exit 0');
    await tool(join(folder, 'tools'), 'systemctl', 'exit 0');
    await onInstance(folder, 'opt/evenkeel/drain');
    await expect(onInstance(folder, 'opt/evenkeel/ready')).rejects.toThrow('it drains');
  });
});

describe('the employee directory, booted by its script', () => {
  const ENVIRONMENT = {
    AWS_REGION: 'eu-central-1',
    DIRECTORY_TABLE: 'people',
    DIRECTORY_BUCKET: 'people-photos',
    DIRECTORY_CODE: 's3://deployments/applications/employee-directory/0.zip',
  };

  it('is the same zip under the same name as long as its code is the same', async () => {
    const [first, second] = [
      await application('employee-directory'),
      await application('employee-directory'),
    ];
    expect(first).toEqual(second);
    expect(first.key).toMatch(/^applications\/employee-directory\/[0-9a-f]{32}\.zip$/);
  });

  it('starts by what its unit says, from what the bundle holds', async () => {
    const { path } = await application('employee-directory');
    const folder = await boot('employee-directory', path, ENVIRONMENT);
    const unit = await readFile(join(folder, 'etc/systemd/system/employee-directory.service'), 'utf8');
    const [, file = '', args = ''] = /^ExecStart=(\S+) (.*)$/m.exec(unit) ?? [];
    expect(unit).toContain('EnvironmentFile=/etc/employee-directory.env');
    const env = Object.fromEntries(
      (await readFile(join(folder, 'etc/employee-directory.env'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => line.split('=') as [string, string]),
    );
    expect(env).toMatchObject({ DIRECTORY_TABLE: 'people', DIRECTORY_BUCKET: 'people-photos', PORT: '80' });
    const fleet = await openFleet();
    const inFolder = args.split(' ').map((part) => (part.startsWith('/') ? join(folder, part) : part));
    const command = { file, args: inFolder, env: { ...env, PORT: '0' } };
    const { url, id } = await serve(fleet, command);
    expect((await fetch(`${url}/live`)).headers.get('x-instance-id')).toBe(id);
    expect((await fetch(`${url}/style.css`)).headers.get('content-type')).toContain('text/css');
    // There is neither table nor bucket: it lives, and may take no traffic.
    expect((await fetch(`${url}/ready`)).status).toBe(503);
  });

  it('does not start without being told where its data is', async () => {
    await expect(boot('employee-directory', '', { AWS_REGION: 'eu-central-1' })).rejects.toThrow(
      'DIRECTORY_TABLE',
    );
  });
});
