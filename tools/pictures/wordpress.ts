import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { SITE, Site } from '../../tests/e2e/wordpress/site.ts';
import { openBrowser, paint } from './browser.ts';

const CAPTAIN = { user: 'captain', password: 'correct horse battery staple' };
const TITLE = 'The Even Keel';

/** A boat on an even keel. */
const BOAT = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 650 260" width="650" height="260">
  <rect width="650" height="260" fill="#d8e9f7"/>
  <circle cx="520" cy="70" r="28" fill="#f6d77b"/>
  <path d="M325 40 L325 165 L215 165 Z" fill="#fff"/>
  <path d="M337 65 L337 165 L410 165 Z" fill="#f3f6f9"/>
  <rect x="327" y="30" width="6" height="150" fill="#5a4632"/>
  <path d="M200 178 L455 178 Q430 222 385 222 L265 222 Q222 222 200 178 Z" fill="#8a3b2c"/>
  <path d="M0 208 Q54 194 108 208 T216 208 T324 208 T432 208 T540 208 T650 208 V260 H0 Z" fill="#2f6ea5"/>
</svg>`;

/**
 * Boots an instance of Debian by examples/wordpress/boot.sh, installs the site in a browser, and photographs it. As root,
 * for the instance is a container with systemd, nginx, PHP, beside a MariaDB.
 */
export async function photographWordPress(folder: string): Promise<void> {
  const site = new Site();
  try {
    await site.open();
    const instance = await site.launch();
    const { exitCode, stderr } = await instance.boot({ ...site.settings, SITE_URL: `http://${SITE}` });
    if (exitCode !== 0) throw new Error(stderr);
    const browser = await openBrowser(`--host-resolver-rules=MAP ${SITE} ${instance.address}`);
    try {
      const page = await browser.newPage({ viewport: { width: 1000, height: 760 } });
      await install(page, join(folder, 'wordpress-installer.png'));
      await publish(page, await paint(browser, BOAT, { width: 650, height: 260 }));
      await page.screenshot({ path: join(folder, 'wordpress-site.png') });
    } finally {
      await browser.close();
    }
  } finally {
    await site.close();
  }
}

/** @param file where the installer's picture goes */
async function install(page: Page, file: string): Promise<void> {
  await page.goto(`http://${SITE}/`);
  await page.fill('#weblog_title', TITLE);
  await page.fill('#user_login', CAPTAIN.user);
  await page.fill('#pass1', CAPTAIN.password);
  await page.fill('#admin_email', 'captain@example.com');
  await page.screenshot({ path: file });
  await page.click('#submit');
  await page.goto(`http://${SITE}/wp-login.php`);
  await page.fill('#user_login', CAPTAIN.user);
  await page.fill('#user_pass', CAPTAIN.password);
  await page.click('#wp-submit');
  await page.locator('#wpadminbar').waitFor();
}

/** Uploads a photo and publishes a post with it, by the API that WordPress's own editor uses; then looks at it. */
async function publish(page: Page, photo: Buffer): Promise<void> {
  const link = await page.evaluate(async (base64) => {
    const api = '/index.php?rest_route=/wp/v2';
    const asked = await fetch('/wp-admin/admin-ajax.php?action=rest-nonce');
    const headers = { 'x-wp-nonce': await asked.text() };
    const send = async <T>(path: string, body: FormData) =>
      (await (await fetch(api + path, { method: 'POST', headers, body })).json()) as T;
    const file = new FormData();
    file.set('file', await (await fetch(`data:image/png;base64,${base64}`)).blob(), 'keel.png');
    const { source_url } = await send<{ source_url: string }>('/media', file);
    const post = new FormData();
    post.set('title', 'On an even keel');
    post.set('status', 'publish');
    post.set(
      'content',
      `<p>Many instances, one site: this picture lies on the file system that they share.</p>
       <img src="${source_url}" alt="A slope of colours">`,
    );
    return (await send<{ link: string }>('/posts', post)).link;
  }, photo.toString('base64'));
  await page.context().clearCookies();
  await page.goto(link, { waitUntil: 'networkidle' });
}
