import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { directoryCommand } from '../sandbox/real-fleet/commands.ts';
import { startRealFleet } from '../sandbox/real-fleet/index.ts';
import type { Stage } from '../sandbox/stage.ts';
import { openBrowser, paint } from './browser.ts';
import { withDeployed } from './deployed.ts';
import { figure, PEOPLE } from './people.ts';

const FLEET = 'directory';
const FIELDS = ['name', 'title', 'department', 'location', 'email', 'phone'] as const;
const DESKTOP = { width: 1000, height: 500 };
const PHONE = { width: 390, height: 780 };

/** Fills the directory by its own pages, as people would, and photographs its list and an entry. */
export async function photographDirectory(folder: string): Promise<void> {
  await withDeployed('employee-directory', FLEET, async (stage) => {
    const url = await openDirectory(stage);
    const browser = await openBrowser();
    try {
      const entry = await fill(browser, url.address);
      await photograph(browser, url.address, entry, folder);
    } finally {
      await browser.close();
      await url.close();
    }
  });
}

async function openDirectory(stage: Stage): Promise<{ address: string; close: () => Promise<void> }> {
  const { LoadBalancers: [balancer] = [] } = await stage.elb.describeLoadBalancers({});
  const command = directoryCommand(await stage.output('Directory'), await stage.output('Assets'));
  const loadBalancer = balancer?.LoadBalancerArn ?? '';
  const fleet = await startRealFleet({ cloud: stage.cloud, fleet: FLEET, loadBalancer, command });
  return { address: fleet.url, close: () => fleet.close() };
}

/** @returns the address of the first entry */
async function fill(browser: Browser, url: string): Promise<string> {
  const page = await browser.newPage({ viewport: DESKTOP });
  let first = '';
  for (const [index, person] of PEOPLE.entries()) {
    await page.goto(`${url}/employees/new`);
    for (const [place, field] of FIELDS.entries()) await page.fill(`#${field}`, person[place] ?? '');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('#photo').waitFor();
    first ||= page.url();
    // Some have no photo, as everywhere.
    if (index % 3 !== 2) await addPhoto(browser, page, index);
  }
  await page.close();
  return first;
}

async function addPhoto(browser: Browser, page: Page, index: number): Promise<void> {
  const buffer = await paint(browser, figure(index), { width: 320, height: 320 });
  await page.setInputFiles('#photo', { name: 'photo.png', mimeType: 'image/png', buffer });
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.locator('img.portrait').waitFor();
}

async function photograph(browser: Browser, list: string, entry: string, folder: string): Promise<void> {
  for (const [width, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE }))
    for (const [what, address] of Object.entries({ list, entry })) {
      const page = await browser.newPage({ viewport });
      await page.goto(address, { waitUntil: 'networkidle' });
      await page.screenshot({
        path: join(folder, `employee-directory-${what}-${width}.png`),
        fullPage: width === 'desktop',
      });
      await page.close();
    }
}
