import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { openBrowser } from './browser.ts';

const POLICIES = 'evenkeel,target-tracking,predictive,step,hpa,hist,oracle';
/** Wide enough for the charts, narrow enough to be read in a page of documentation. */
const VIEWPORT = { width: 900, height: 1600 };
/** What is shown begins at the first of these headings and ends before the second. */
const SHOWN = ['The hardest hours', 'What was assumed'] as const;

/** Runs `evenkeel backtest` on a generated load, and photographs the part of its page that compares policies. */
export async function photographBacktest(load: string, file: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'backtest-'));
  const browser = await openBrowser();
  try {
    const html = join(folder, 'backtest.html');
    const options = ['--load', load, '--policies', POLICIES, '--no-recommend', '--html', html];
    await promisify(execFile)(process.execPath, ['tools/cli/main.ts', 'backtest', ...options]);
    const page = await browser.newPage({ viewport: VIEWPORT });
    await page.goto(pathToFileURL(html).href);
    await page.screenshot({ path: file, fullPage: true, clip: await partOf(page) });
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

async function partOf(page: Page) {
  const [from = 0, to = 0] = await Promise.all(SHOWN.map((heading) => topOf(page, heading)));
  const margin = 16;
  return { x: 0, y: from - margin, width: VIEWPORT.width, height: to - from };
}

async function topOf(page: Page, heading: string): Promise<number> {
  const box = await page.getByRole('heading', { name: heading }).boundingBox();
  if (box === null) throw new Error(`the page of the backtest has no heading ${heading}`);
  return box.y;
}
