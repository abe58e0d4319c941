import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { start } from './support.ts';

const CHROMIUM = '/usr/bin/chromium';

it('the page shows fleet, load, timeline and messages live', async () => {
  const run = start('--speed', '2400');
  const [, url = ''] = await run.printed(/(http:\/\/127\.0\.0\.1:\d+\/)/);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(url);
    await page.getByText('scales out').first().waitFor();
    expect(await page.locator('#instances li[data-stage="serving"]').count()).toBeGreaterThan(1);
    expect(await page.locator('#chart path.load').getAttribute('d')).toMatch(/^M.+L/);
    expect(await page.locator('#scale span').count()).toBeGreaterThan(2);
    await page.locator('#timeline li[data-kind="decision"]').first().waitFor();
    await page
      .locator('#decision')
      .getByText(/web (stays at|scales)/)
      .waitFor();
    await page.getByText(/where 1 % may be/).waitFor();
    const before = await page.locator('#clock').textContent();
    const clock = () => page.locator('#clock').textContent();
    await expect.poll(clock, { timeout: 30_000 }).not.toBe(before);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
    await run.end();
  }
});
