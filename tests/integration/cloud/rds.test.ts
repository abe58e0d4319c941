import type { CreateDBInstanceCommandInput, DBInstance } from '@aws-sdk/client-rds';
import { RDS } from '@aws-sdk/client-rds';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { EC2 } from '@aws-sdk/client-ec2';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let cloud: Cloud;
let rds: RDS;
let ec2: EC2;
let secrets: SecretsManager;
let cloudWatch: CloudWatch;

beforeEach(async () => {
  cloud = await startCloud();
  const config = {
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  };
  rds = new RDS(config);
  ec2 = new EC2(config);
  secrets = new SecretsManager(config);
  cloudWatch = new CloudWatch(config);
});

afterEach(async () => {
  for (const client of [rds, ec2, secrets, cloudWatch]) client.destroy();
  await cloud.close();
});

const pass = (time: number) => cloud.clock.runUntil(cloud.clock.now() + time);

async function create(settings: Partial<CreateDBInstanceCommandInput> = {}): Promise<void> {
  await rds.createDBInstance({
    DBInstanceIdentifier: 'site',
    Engine: 'mysql',
    DBInstanceClass: 'db.t4g.micro',
    AllocatedStorage: 20,
    MasterUsername: 'admin',
    MasterUserPassword: 'long-enough',
    ...settings,
  });
  await pass(15 * MINUTE);
}

async function found(): Promise<DBInstance> {
  const { DBInstances: [instance = {}] = [] } = await rds.describeDBInstances({
    DBInstanceIdentifier: 'site',
  });
  return instance;
}

const status = async () => (await found()).DBInstanceStatus;

async function messages(): Promise<(string | undefined)[]> {
  const { Events = [] } = await rds.describeEvents({ SourceIdentifier: 'site', Duration: 24 * 60 });
  return Events.map((event) => event.Message);
}

const isReachable = async () => {
  const { Endpoint: endpoint } = await found();
  return cloud.services.rds.database(endpoint?.Address ?? '')?.isReachable;
};

describe('a database', () => {
  it('has an endpoint once it is made, and is available after its first backup', async () => {
    await rds.createDBInstance({
      DBInstanceIdentifier: 'Site',
      Engine: 'mysql',
      EngineVersion: '8.0',
      DBInstanceClass: 'db.t4g.micro',
      MasterUsername: 'admin',
      MasterUserPassword: 'long-enough',
    });
    expect(await found()).toMatchObject({ DBInstanceStatus: 'creating', EngineVersion: '8.0.42' });
    expect((await found()).Endpoint).toBeUndefined();
    await pass(5 * MINUTE + SECOND);
    expect(await status()).toBe('backing-up');
    await pass(2 * MINUTE);
    const { Endpoint, DBInstanceStatus } = await found();
    expect(DBInstanceStatus).toBe('available');
    expect(Endpoint?.Address).toMatch(/^site\.[a-z0-9]{12}\.eu-central-1\.rds\.amazonaws\.com$/);
    expect(await messages()).toEqual([
      'DB instance created',
      'Backing up DB instance',
      'Finished DB Instance backup',
    ]);
  });

  it.each([
    [{ MasterUserPassword: 'short' }, 'InvalidParameterValue'],
    [{ MasterUserPassword: 'with a space' }, 'InvalidParameterValue'],
    [{ ManageMasterUserPassword: true }, 'InvalidParameterCombination'],
    [{ EngineVersion: '5.0' }, 'InvalidParameterCombination'],
    [{ DBParameterGroupName: 'default.mysql8.4' }, 'InvalidParameterCombination'],
    [{ DBSubnetGroupName: 'absent' }, 'DBSubnetGroupNotFoundFault'],
    [{ KmsKeyId: 'absent' }, 'KMSKeyNotAccessibleFault'],
    [{ VpcSecurityGroupIds: ['sg-0123'] }, 'InvalidParameterValue'],
    [{ PreferredMaintenanceWindow: 'sometimes' }, 'InvalidParameterValue'],
    [{ Engine: 'aurora-mysql' }, 'NotImplemented'],
  ])('is refused with %j', async (settings, name) => {
    await expect(create(settings)).rejects.toMatchObject({ name });
    expect((await rds.describeDBInstances({})).DBInstances).toEqual([]);
  });

  it('changes its class in place: at once if asked to, else in its maintenance window', async () => {
    await create({ PreferredMaintenanceWindow: 'tue:03:00-tue:03:30' });
    await rds.modifyDBInstance({ DBInstanceIdentifier: 'site', DBInstanceClass: 'db.t4g.small' });
    const { PendingModifiedValues, DBInstanceClass, DbiResourceId } = await found();
    expect([PendingModifiedValues?.DBInstanceClass, DBInstanceClass]).toEqual([
      'db.t4g.small',
      'db.t4g.micro',
    ]);
    await pass(DAY + 3 * HOUR);
    expect(await found()).toMatchObject({
      DBInstanceClass: 'db.t4g.small',
      PendingModifiedValues: {},
      DbiResourceId,
    });
    await rds.modifyDBInstance({
      DBInstanceIdentifier: 'site',
      DBInstanceClass: 'db.t4g.medium',
      ApplyImmediately: true,
    });
    expect(await status()).toBe('modifying');
    await expect(rds.rebootDBInstance({ DBInstanceIdentifier: 'site' })).rejects.toMatchObject({
      name: 'InvalidDBInstanceStateFault',
    });
    await pass(10 * MINUTE);
    expect(await found()).toMatchObject({ DBInstanceClass: 'db.t4g.medium', DBInstanceStatus: 'available' });
  });

  it('grows and never shrinks', async () => {
    await create();
    const resize = (AllocatedStorage: number) =>
      rds.modifyDBInstance({ DBInstanceIdentifier: 'site', AllocatedStorage, ApplyImmediately: true });
    await expect(resize(10)).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    await resize(40);
    await pass(3 * MINUTE);
    expect(await found()).toMatchObject({ AllocatedStorage: 40, DBInstanceStatus: 'storage-optimization' });
    await pass(HOUR);
    expect(await status()).toBe('available');
  });

  it('takes another password, which its clients need from then on', async () => {
    await create();
    const { Endpoint: endpoint } = await found();
    await rds.modifyDBInstance({ DBInstanceIdentifier: 'site', MasterUserPassword: 'another-one' });
    expect(await status()).toBe('resetting-master-credentials');
    await pass(MINUTE);
    expect(cloud.services.rds.database(endpoint?.Address ?? '')?.password).toBe('another-one');
  });

  it('is away while it restarts, and stopped until it is started', async () => {
    await create();
    await rds.rebootDBInstance({ DBInstanceIdentifier: 'site' });
    expect([await status(), await isReachable()]).toEqual(['rebooting', false]);
    await pass(2 * MINUTE);
    expect([await status(), await isReachable()]).toEqual(['available', true]);
    await rds.stopDBInstance({ DBInstanceIdentifier: 'site' });
    await pass(HOUR);
    expect([await status(), await isReachable()]).toEqual(['stopped', false]);
    await rds.startDBInstance({ DBInstanceIdentifier: 'site' });
    await pass(5 * MINUTE);
    expect([await status(), await isReachable()]).toEqual(['available', true]);
  });

  it('waits for a reboot to take parameters that need one', async () => {
    await rds.createDBParameterGroup({
      DBParameterGroupName: 'strict',
      DBParameterGroupFamily: 'mysql8.0',
      Description: 'TLS only',
    });
    await create({ DBParameterGroupName: 'strict' });
    const applied = async () => (await found()).DBParameterGroups?.[0]?.ParameterApplyStatus;
    const ParameterName = 'require_secure_transport';
    const Parameters = [{ ParameterName, ParameterValue: 'ON', ApplyMethod: 'pending-reboot' as const }];
    await rds.modifyDBParameterGroup({ DBParameterGroupName: 'strict', Parameters });
    expect(await applied()).toBe('pending-reboot');
    await rds.rebootDBInstance({ DBInstanceIdentifier: 'site' });
    await pass(2 * MINUTE);
    expect(await applied()).toBe('in-sync');
    await expect(rds.deleteDBParameterGroup({ DBParameterGroupName: 'strict' })).rejects.toMatchObject({
      name: 'InvalidDBParameterGroupStateFault',
    });
  });

  it('is not deleted while it is protected, nor without a word on its last snapshot', async () => {
    await create({ DeletionProtection: true });
    const remove = (settings: object) => rds.deleteDBInstance({ DBInstanceIdentifier: 'site', ...settings });
    await expect(remove({ SkipFinalSnapshot: true })).rejects.toMatchObject({
      name: 'InvalidParameterCombination',
    });
    await rds.modifyDBInstance({ DBInstanceIdentifier: 'site', DeletionProtection: false });
    await pass(MINUTE);
    await expect(remove({})).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    await remove({ FinalDBSnapshotIdentifier: 'last' });
    expect(await status()).toBe('deleting');
    await pass(5 * MINUTE);
    await expect(found()).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
    const { DBSnapshots } = await rds.describeDBSnapshots({ DBInstanceIdentifier: 'site' });
    expect(DBSnapshots).toMatchObject([{ DBSnapshotIdentifier: 'last', Status: 'available' }]);
  });

  it('comes back from a snapshot with its storage and its password', async () => {
    await create({ AllocatedStorage: 30 });
    await rds.createDBSnapshot({ DBSnapshotIdentifier: 'before', DBInstanceIdentifier: 'site' });
    await pass(3 * MINUTE);
    await rds.restoreDBInstanceFromDBSnapshot({
      DBInstanceIdentifier: 'copy',
      DBSnapshotIdentifier: 'before',
      DBInstanceClass: 'db.t4g.large',
    });
    await pass(15 * MINUTE);
    const { DBInstances: [copy] = [] } = await rds.describeDBInstances({ DBInstanceIdentifier: 'copy' });
    expect(copy).toMatchObject({ AllocatedStorage: 30, DBInstanceClass: 'db.t4g.large', Engine: 'mysql' });
    expect(cloud.services.rds.database(copy?.Endpoint?.Address ?? '')?.password).toBe('long-enough');
  });

  it('keeps its subnets and security groups from being deleted', async () => {
    const { GroupId = '' } = await ec2.createSecurityGroup({ GroupName: 'db', Description: 'db' });
    await create({ VpcSecurityGroupIds: [GroupId] });
    await expect(ec2.deleteSecurityGroup({ GroupId })).rejects.toMatchObject({ name: 'DependencyViolation' });
    await rds.modifyDBInstance({ DBInstanceIdentifier: 'site', VpcSecurityGroupIds: [] });
    await ec2.deleteSecurityGroup({ GroupId });
    await expect(rds.deleteDBSubnetGroup({ DBSubnetGroupName: 'default' })).rejects.toMatchObject({
      name: 'InvalidDBSubnetGroupStateFault',
    });
  });

  it('is measured every minute, as long as it answers', async () => {
    await create();
    const values = async (MetricName: string) => {
      const { Datapoints = [] } = await cloudWatch.getMetricStatistics({
        Namespace: 'AWS/RDS',
        MetricName,
        Dimensions: [{ Name: 'DBInstanceIdentifier', Value: 'site' }],
        StartTime: new Date(cloud.clock.now() - 5 * MINUTE),
        EndTime: cloud.clock.date(),
        Period: 60,
        Statistics: ['Average'],
      });
      return Datapoints.map(({ Average = NaN }) => Average);
    };
    for (const name of ['CPUUtilization', 'DatabaseConnections', 'FreeStorageSpace'])
      expect((await values(name)).length, name).toBeGreaterThanOrEqual(4);
    for (const free of await values('FreeStorageSpace')) {
      expect(free).toBeGreaterThan(10 * 2 ** 30);
      expect(free).toBeLessThan(20 * 2 ** 30);
    }
    await rds.stopDBInstance({ DBInstanceIdentifier: 'site' });
    await pass(6 * MINUTE);
    expect(await values('CPUUtilization')).toEqual([]);
  });
});

describe('a subnet group', () => {
  it('covers two zones of one VPC', async () => {
    const { Subnets = [] } = await ec2.describeSubnets({});
    const [first = '', second = ''] = Subnets.map(({ SubnetId = '' }) => SubnetId);
    const make = (...SubnetIds: string[]) =>
      rds.createDBSubnetGroup({ DBSubnetGroupName: 'data', DBSubnetGroupDescription: 'data', SubnetIds });
    await expect(make(first)).rejects.toMatchObject({ name: 'DBSubnetGroupDoesNotCoverEnoughAZs' });
    await expect(make(first, 'subnet-0123')).rejects.toMatchObject({ name: 'InvalidSubnet' });
    expect((await make(first, second)).DBSubnetGroup?.Subnets).toHaveLength(2);
    await expect(make(first, second)).rejects.toMatchObject({ name: 'DBSubnetGroupAlreadyExistsFault' });
    await rds.deleteDBSubnetGroup({ DBSubnetGroupName: 'data' });
  });
});

describe('a database with a standby', () => {
  beforeEach(() => create({ MultiAZ: true, AvailabilityZone: 'eu-central-1a' }));

  const zones = async () => {
    const { AvailabilityZone, SecondaryAvailabilityZone } = await found();
    return [AvailabilityZone, SecondaryAvailabilityZone];
  };

  it('fails over within two minutes when its zone fails, and keeps its endpoint', async () => {
    expect(await zones()).toEqual(['eu-central-1a', 'eu-central-1b']);
    const { Endpoint: before } = await found();
    cloud.kernel.weather.add({ kind: 'zone-outage', zone: 'eu-central-1a', for: '30m' });
    await pass(59 * SECOND);
    expect(await isReachable()).toBe(false);
    await pass(61 * SECOND);
    expect([await status(), await isReachable()]).toEqual(['available', true]);
    expect(await zones()).toEqual(['eu-central-1b', 'eu-central-1a']);
    expect((await found()).Endpoint).toEqual(before);
    expect((await messages()).filter((message) => message?.includes('failover'))).toEqual([
      'Multi-AZ instance failover started.',
      'Multi-AZ instance failover completed',
    ]);
  });

  it('is changed as it was to be, although its zone fails meanwhile', async () => {
    const change = { DBInstanceIdentifier: 'site', DBInstanceClass: 'db.t4g.large', ApplyImmediately: true };
    await rds.modifyDBInstance(change);
    await pass(MINUTE);
    cloud.kernel.weather.add({ kind: 'zone-outage', zone: 'eu-central-1a', for: '30m' });
    await pass(3 * MINUTE);
    expect(await status()).toBe('modifying');
    await pass(10 * MINUTE);
    expect(await found()).toMatchObject({ DBInstanceClass: 'db.t4g.large', DBInstanceStatus: 'available' });
    expect(await isReachable()).toBe(true);
  });

  it('notices nothing when the zone of its standby fails', async () => {
    cloud.kernel.weather.add({ kind: 'zone-outage', zone: 'eu-central-1b', for: '30m' });
    await pass(SECOND);
    expect([await status(), await isReachable()]).toEqual(['available', true]);
  });

  it('fails over on demand', async () => {
    await rds.rebootDBInstance({ DBInstanceIdentifier: 'site', ForceFailover: true });
    await pass(2 * MINUTE);
    expect(await zones()).toEqual(['eu-central-1b', 'eu-central-1a']);
  });

  it('loses it by a change, and then cannot fail over', async () => {
    await rds.modifyDBInstance({ DBInstanceIdentifier: 'site', MultiAZ: false, ApplyImmediately: true });
    await pass(15 * MINUTE);
    expect(await zones()).toEqual(['eu-central-1a', undefined]);
    await expect(
      rds.rebootDBInstance({ DBInstanceIdentifier: 'site', ForceFailover: true }),
    ).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  });
});

describe('a database without a standby', () => {
  it('is away for as long as its zone is, and recovers after it', async () => {
    await create({ AvailabilityZone: 'eu-central-1a' });
    cloud.kernel.weather.add({ kind: 'zone-outage', zone: 'eu-central-1a', for: '30m' });
    await pass(29 * MINUTE);
    expect([await status(), await isReachable()]).toEqual(['rebooting', false]);
    await pass(3 * MINUTE);
    expect([await status(), await isReachable()]).toEqual(['available', true]);
    expect((await found()).AvailabilityZone).toBe('eu-central-1a');
    expect(await messages()).toContain('Recovery of the DB instance is complete.');
  });
});

describe('a master password in Secrets Manager', () => {
  beforeEach(() => create({ ManageMasterUserPassword: true, MasterUserPassword: undefined }));

  async function login() {
    const { MasterUserSecret, Endpoint: endpoint } = await found();
    const SecretId = MasterUserSecret?.SecretArn ?? '';
    const { SecretString = '{}' } = await secrets.getSecretValue({ SecretId });
    const { username, password } = JSON.parse(SecretString) as { username: string; password: string };
    const opens = cloud.services.rds.database(endpoint?.Address ?? '')?.password === password;
    return { SecretId, username, password, opens };
  }

  it('opens the database, also after RDS has rotated it by itself a week later', async () => {
    const first = await login();
    expect(first).toMatchObject({ username: 'admin', opens: true });
    await pass(8 * DAY);
    const second = await login();
    expect(second.password).not.toBe(first.password);
    expect(second.opens).toBe(true);
    const { LastRotatedDate, OwningService } = await secrets.describeSecret({ SecretId: first.SecretId });
    expect([LastRotatedDate instanceof Date, OwningService]).toEqual([true, 'rds']);
  });

  it('is rotated on demand, from either side', async () => {
    const first = await login();
    await secrets.rotateSecret({ SecretId: first.SecretId });
    await pass(SECOND);
    const second = await login();
    await rds.modifyDBInstance({
      DBInstanceIdentifier: 'site',
      RotateMasterUserPassword: true,
      ApplyImmediately: true,
    });
    await pass(SECOND);
    const third = await login();
    expect(new Set([first.password, second.password, third.password]).size).toBe(3);
    expect(third.opens).toBe(true);
  });

  it('can be changed by nobody but RDS, and goes with its database', async () => {
    const { SecretId } = await login();
    for (const change of [
      secrets.putSecretValue({ SecretId, SecretString: 'mine' }),
      secrets.deleteSecret({ SecretId }),
    ]) {
      await expect(change).rejects.toMatchObject({ name: 'InvalidRequestException' });
    }
    await rds.deleteDBInstance({ DBInstanceIdentifier: 'site', SkipFinalSnapshot: true });
    await pass(5 * MINUTE);
    await expect(secrets.describeSecret({ SecretId })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
