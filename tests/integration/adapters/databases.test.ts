import { RDS, RDSClient } from '@aws-sdk/client-rds';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rdsDatabases } from '../../../shared/aws/rds-databases.ts';
import type { CloudWorld } from './cloud-world.ts';
import { newCloudWorld } from './cloud-world.ts';

let world: CloudWorld;
beforeEach(async () => {
  world = await newCloudWorld();
});
afterEach(() => world.cloud.close());

async function create(DBInstanceIdentifier: string, Engine: string, DBInstanceClass: string): Promise<void> {
  await new RDS(world.access).createDBInstance({
    DBInstanceIdentifier,
    Engine,
    DBInstanceClass,
    AllocatedStorage: 20,
    MasterUsername: 'admin',
    MasterUserPassword: 'long-enough',
  });
}

it('databases are told with engine and class, by name or all of them, and none that there is not', async () => {
  await create('shop', 'mysql', 'db.t4g.micro');
  await create('blog', 'postgres', 'db.t4g.small');
  const databases = rdsDatabases(new RDSClient(world.access));
  expect(await databases.described('shop')).toEqual([{ engine: 'mysql', type: 'db.t4g.micro' }]);
  expect(await databases.described()).toHaveLength(2);
  expect(await databases.described('gone')).toEqual([]);
});
