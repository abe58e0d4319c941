import { describe, expect, it } from 'vitest';
import { usualConnections } from '../../../../../../shared/policy/scaling/guards/usual-connections.ts';

describe('what a database usually takes', () => {
  // What `show max_connections` was on instances as they come, or what RDS documents for them.
  it.each([
    ['postgres', 'db.t2.small', 198],
    ['postgres', 'db.t2.medium', 413],
    ['postgres', 'db.m4.large', 856],
    ['aurora-postgresql', 'db.r5.24xlarge', 5000],
    ['aurora-mysql', 'db.r5.large', 1000],
    ['aurora-mysql', 'db.r5.4xlarge', 4000],
    ['sqlserver-ex', 'db.t3.small', 32_767],
  ])('%s on %s is within a tenth of %d, and hardly more', (engine, type, connections) => {
    const usual = usualConnections({ engine, type });
    expect(usual).toBeLessThan(1.01 * connections);
    expect(usual).toBeGreaterThan(0.9 * connections);
  });

  it('is for MariaDB half of what it is for MySQL', () => {
    const [mysql = 0, maria = 0] = ['mysql', 'mariadb'].map((engine) =>
      usualConnections({ engine, type: 'db.m6g.2xlarge' }),
    );
    expect(maria).toBe(Math.floor(mysql / 2));
  });

  it.each([
    ['db2-se', 'db.m6i.large'],
    ['aurora-mysql', 'db.serverless'],
    ['mysql', 'db.x1e.xlarge'],
    ['mysql', 'db.m6i.large.tpc1.mem2x'],
    ['', ''],
  ])('is not known of %j on %j', (engine, type) => {
    expect(usualConnections({ engine, type })).toBeUndefined();
  });
});
