import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runForReal } from '../cloud/instances/index.ts';
import { openBrowser } from './browser.ts';
import { withDeployed } from './deployed.ts';

const FLEET = 'hello';
const root = join(import.meta.dirname, '..', '..');

/** Photographs the page of an instance that examples/hello/boot.sh has set up. */
export async function photographHello(file: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hello-'));
  const env = { ...process.env, BOOT_ROOT: folder };
  await promisify(execFile)('bash', [join(root, 'examples/hello/boot.sh')], { env });
  await withDeployed('hello', FLEET, async (stage) => {
    const instances = runForReal(stage.cloud, {
      isMeant: ({ tags }) => tags.get('evenkeel:fleet') === FLEET,
      command: { file: 'python3', args: [join(folder, 'opt/hello/server.py')] },
    });
    const browser = await openBrowser();
    try {
      await stage.cloud.clock.quiet();
      const { Instances: [instance] = [] } = await stage.group();
      const page = await browser.newPage({ viewport: { width: 800, height: 360 } });
      await page.goto(`http://127.0.0.1:${instances.portOf(instance?.InstanceId ?? '') ?? 0}/`);
      await page.screenshot({ path: file });
    } finally {
      await browser.close();
      await instances.close();
    }
  });
  await rm(folder, { recursive: true });
}
