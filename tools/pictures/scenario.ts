import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { openBrowser } from './browser.ts';

/** What a run says it does once its load is over: everything has happened then, and all still stands. */
const OVER = /the load has ended|removing|removed|the run has ended/;

/** So much of the lists as a picture needs. */
const SHORTER = '#timeline, #messages { max-height: 18rem; overflow: hidden }';

/**
 * Plays a scenario as `npm start` does, and photographs its live page when the load is over.
 * @param file where the picture goes
 * @throws Error when the run ends before that, or an invariant broke
 */
export async function photographScenario(name: string, file: string): Promise<void> {
  const run = spawn(process.execPath, ['tools/sandbox/main.ts', '--scenario', name, '--speed', 'max'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => run.once('close', resolve));
  const failed = ended.then((exitCode) => {
    if (exitCode !== 0) throw new Error(`the run of ${name} ended with ${exitCode}`);
  });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
    await page.goto(await urlIn(run.stdout));
    run.stdout.resume();
    await Promise.race([whenOver(page), failed]);
    await page.screenshot({ path: file, fullPage: true, style: SHORTER });
  } finally {
    await browser.close();
  }
  await failed;
}

async function whenOver(page: Page): Promise<void> {
  await page.locator('#status').filter({ hasText: OVER }).waitFor({ timeout: 600_000 });
}

async function urlIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error('the run ended before it showed a page');
}
