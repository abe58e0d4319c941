import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, newWorld, refusal, SECOND, type Balanced, type World } from './instances-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.cloud.close();
});

/** An instance whose application serves. */
async function served(): Promise<string> {
  const id = await world.run();
  await world.pass(4 * MINUTE);
  return id;
}

async function register({ targetGroup }: Balanced, id: string): Promise<void> {
  await world.elb.registerTargets({ TargetGroupArn: targetGroup, Targets: [{ Id: id }] });
}

async function deregister({ targetGroup }: Balanced, id: string): Promise<void> {
  await world.elb.deregisterTargets({ TargetGroupArn: targetGroup, Targets: [{ Id: id }] });
}

async function health({ targetGroup }: Balanced, id: string) {
  const { TargetHealthDescriptions = [] } = await world.elb.describeTargetHealth({
    TargetGroupArn: targetGroup,
    Targets: [{ Id: id }],
  });
  const { State, Reason } = TargetHealthDescriptions[0]?.TargetHealth ?? {};
  return [State, Reason];
}

describe('the health of a target', () => {
  it('is initial until one check succeeded', async () => {
    const web = await world.balance();
    const id = await served();
    await register(web, id);
    expect(await health(web, id)).toEqual(['initial', 'Elb.RegistrationInProgress']);
    await world.pass(10 * SECOND - 1);
    expect(await health(web, id)).toEqual(['initial', 'Elb.RegistrationInProgress']);
    await world.pass(1);
    expect(await health(web, id)).toEqual(['healthy', undefined]);
  });

  it('is unhealthy after three failed checks and healthy after two good ones', async () => {
    const web = await world.balance();
    const id = await world.run();
    await world.pass(MINUTE);
    await register(web, id);
    await world.pass(29 * SECOND);
    expect(await health(web, id)).toEqual(['initial', 'Elb.InitialHealthChecking']);
    await world.pass(SECOND);
    expect(await health(web, id)).toEqual(['unhealthy', 'Target.ResponseCodeMismatch']);
    // The application is ready three minutes after the launch, on the very second of a check.
    await world.pass(90 * SECOND + 19 * SECOND);
    expect(await health(web, id)).toEqual(['unhealthy', 'Target.ResponseCodeMismatch']);
    await world.pass(SECOND);
    expect(await health(web, id)).toEqual(['healthy', undefined]);
  });

  it('fails within three checks of the application’s death, and not sooner', async () => {
    const web = await world.balance();
    const id = await served();
    await register(web, id);
    await world.pass(MINUTE + 5 * SECOND);
    world.cloud.services.ec2.makeUnhealthy(id);
    await world.pass(25 * SECOND - 1);
    expect(await health(web, id)).toEqual(['healthy', undefined]);
    await world.pass(1);
    expect(await health(web, id)).toEqual(['unhealthy', 'Target.FailedHealthChecks']);
  });

  it('is unused as long as no listener forwards to the group', async () => {
    const web = await world.balance();
    const id = await served();
    await register(web, id);
    await world.pass(MINUTE);
    await world.elb.deleteListener({ ListenerArn: web.listener });
    expect(await health(web, id)).toEqual(['unused', 'Target.NotInUse']);
    await world.elb.createListener({
      LoadBalancerArn: web.loadBalancer,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: web.targetGroup }],
    });
    expect(await health(web, id)).toEqual(['initial', 'Elb.RegistrationInProgress']);
  });

  it('is unused while the instance is stopped', async () => {
    const web = await world.balance();
    const id = await served();
    await register(web, id);
    await world.ec2.stopInstances({ InstanceIds: [id] });
    expect(await health(web, id)).toEqual(['unused', 'Target.InvalidState']);
  });

  it('ends with the instance', async () => {
    const web = await world.balance();
    const id = await served();
    await register(web, id);
    world.cloud.services.ec2.kill(id);
    expect(await health(web, id)).toEqual(['unused', 'Target.NotRegistered']);
    expect(world.told('target').map(({ state }) => state)).toEqual(['initial', 'deregistered']);
  });

  it('puts nothing on the clock while nothing changes', async () => {
    const web = await world.balance();
    const id = await served();
    await register(web, id);
    await world.pass(MINUTE);
    const told = world.told('target').length;
    await world.pass(24 * 60 * MINUTE);
    expect(world.told('target')).toHaveLength(told);
  });
});

describe('a target that is deregistered', () => {
  it('drains for the deregistration delay and is gone', async () => {
    const web = await world.balance({ delaySeconds: 120 });
    const id = await served();
    await register(web, id);
    await world.pass(MINUTE);
    await deregister(web, id);
    await world.pass(2 * MINUTE - 1);
    expect(await health(web, id)).toEqual(['draining', 'Target.DeregistrationInProgress']);
    await world.pass(1);
    expect(await health(web, id)).toEqual(['unused', 'Target.NotRegistered']);
  });

  it('can be taken back while it drains', async () => {
    const web = await world.balance();
    const id = await served();
    await register(web, id);
    await world.pass(MINUTE);
    await deregister(web, id);
    await register(web, id);
    expect(await health(web, id)).toEqual(['initial', 'Elb.RegistrationInProgress']);
    await world.pass(10 * MINUTE);
    expect(await health(web, id)).toEqual(['healthy', undefined]);
  });

  it('tells whoever waits when the draining is over', async () => {
    const web = await world.balance();
    const id = await served();
    await register(web, id);
    await world.pass(MINUTE);
    const { elb } = world.cloud.services;
    let drained = 0;
    elb.deregisterTarget(web.targetGroup, id, () => drained++);
    elb.deregisterTarget(web.targetGroup, id, () => drained++);
    await world.pass(5 * MINUTE - 1);
    expect(drained).toBe(0);
    await world.pass(1);
    expect(drained).toBe(2);
    elb.deregisterTarget(web.targetGroup, id, () => drained++);
    expect(drained).toBe(3);
  });
});

describe('registration', () => {
  it('takes running instances of the group’s VPC only', async () => {
    const web = await world.balance();
    const pending = await world.run();
    expect(await refusal(register(web, pending))).toBe('InvalidTargetException');
    expect(await refusal(register(web, 'i-0123456789abcdef0'))).toBe('InvalidTargetException');
    const { Vpc } = await world.ec2.createVpc({ CidrBlock: '10.0.0.0/16' });
    const { Subnet } = await world.ec2.createSubnet({ VpcId: Vpc?.VpcId, CidrBlock: '10.0.0.0/24' });
    const elsewhere = await world.run({ SubnetId: Subnet?.SubnetId });
    await world.pass(MINUTE);
    expect(await refusal(register(web, elsewhere))).toBe('InvalidTargetException');
    expect(await refusal(register(web, pending))).toBe('succeeded');
  });

  it('means the group’s own port unless another is named', async () => {
    const web = await world.balance();
    const id = await served();
    await world.elb.registerTargets({
      TargetGroupArn: web.targetGroup,
      Targets: [{ Id: id }, { Id: id, Port: 8080 }],
    });
    await deregister(web, id);
    const { TargetHealthDescriptions = [] } = await world.elb.describeTargetHealth({
      TargetGroupArn: web.targetGroup,
    });
    expect(
      TargetHealthDescriptions.map(({ Target, TargetHealth }) => [Target?.Port, TargetHealth?.State]),
    ).toEqual([
      [80, 'draining'],
      [8080, 'initial'],
    ]);
  });
});
