import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCloud, type Cloud } from '../../tools/cloud/cloud.ts';
import { pace, type Pace } from '../../tools/cloud/kernel/pace.ts';
import { standing } from '../../tools/sandbox/standing.ts';
import { sls } from './support.ts';

let cloud: Cloud;
let pacing: Pace;

beforeAll(async () => {
  // Where `sls` is too: it asks for the log of the last minutes, and for yesterday's metrics.
  cloud = await startCloud({ start: Date.now() });
  pacing = pace(cloud.clock, 60);
});

afterAll(async () => {
  await pacing.stop();
  await cloud.close();
});

describe('sls against the local cloud', () => {
  it('packages without a cloud', async () => {
    const { exitCode, stdout, stderr } = await sls('http://127.0.0.1:9', 'package').ended;
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stderr).toContain('Service packaged');
  });

  it('deploys', async () => {
    const { exitCode, stdout, stderr } = await sls(cloud.endpoint, 'deploy').ended;
    expect(exitCode, stdout + stderr).toBe(0);
  });

  it('tells what is there', async () => {
    const { exitCode, stdout } = await sls(cloud.endpoint, 'info', '--verbose').ended;
    expect(exitCode).toBe(0);
    for (const name of ['scale', 'admit', 'drain', 'interrupt', 'refresh', 'notify', 'reconcile'])
      expect(stdout).toContain(`evenkeel-dev-${name}`);
  });

  it('invokes a function', async () => {
    const event = {
      source: 'evenkeel',
      'detail-type': 'Reconcile Due',
      id: 'by-hand',
      time: cloud.clock.date().toISOString(),
      detail: {},
    };
    const run = await sls(cloud.endpoint, 'invoke', '-f', 'reconcile', '-d', JSON.stringify(event)).ended;
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  });

  it('shows the log of a function', async () => {
    const { exitCode, stdout, stderr } = await sls(cloud.endpoint, 'logs', '-f', 'reconcile').ended;
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toContain('"id":"by-hand"');
  });

  it('counts invocations', async () => {
    const { exitCode, stdout, stderr } = await sls(cloud.endpoint, 'metrics', '-f', 'reconcile').ended;
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/invocations: [1-9]/);
    expect(stdout).toContain('errors: 0');
  });

  it('lists deployments', async () => {
    const { exitCode, stdout } = await sls(cloud.endpoint, 'deploy', 'list').ended;
    expect(exitCode).toBe(0);
    expect(stdout).toContain('reconcile.zip');
  });

  it('removes all that it made', async () => {
    const { exitCode, stdout, stderr } = await sls(cloud.endpoint, 'remove').ended;
    expect(exitCode, stdout + stderr).toBe(0);
    expect(await standing(cloud)).toEqual([]);
  });
});
