import { chromium, type Browser } from 'playwright-core';

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser without a window, which asks nobody but whom it is sent to. @param args more of Chromium's own switches */
export function openBrowser(...args: readonly string[]): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: [...QUIET, ...args] });
}

/** @returns the picture of an SVG, as a PNG */
export async function paint(
  browser: Browser,
  svg: string,
  viewport: { width: number; height: number },
): Promise<Buffer> {
  const easel = await browser.newPage({ viewport });
  await easel.setContent(`<body style="margin:0">${svg}</body>`);
  const painted = await easel.screenshot();
  await easel.close();
  return painted;
}
