import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DirectoryWorld, hiddenField, namesIn, photoForm, PIXEL } from './directory-world.ts';

let world: DirectoryWorld;

beforeAll(async () => {
  world = await DirectoryWorld.start();
});

afterAll(() => world.close());

const photoPath = (page: string) => /src="(\/photos\/[^"]+)"/.exec(page)?.[1] ?? '';

describe('the directory keeps employees', () => {
  it('shows who was added, and what of them was said', async () => {
    const id = await world.add('Ada Lovelace', {
      title: 'Analyst',
      email: 'ada@example.com',
      phone: '+44 20 7946 0000',
    });
    const { status, text } = await world.get(`/employees/${id}`);
    expect(status).toBe(200);
    expect(text).toContain('<h1>Ada Lovelace</h1>');
    expect(text).toContain('mailto:ada@example.com');
    expect(text).toContain('tel:+442079460000');
    expect(namesIn((await world.get('/')).text)).toContain('Ada Lovelace');
  });

  it('adds one employee when the same form is sent twice', async () => {
    const form = await world.get('/employees/new');
    const entry = { id: hiddenField(form.text, 'id'), name: 'Double Click' };
    const answers = [await world.post('/employees', entry), await world.post('/employees', entry)];
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await world.find('double')).toEqual(['Double Click']);
  });

  it('finds a changed name by its new words and no longer by the old ones', async () => {
    const id = await world.add('Grace Murray');
    expect((await world.post(`/employees/${id}/edit`, { version: '1', name: 'Grace Hopper' })).status).toBe(
      303,
    );
    expect(await world.find('hopper')).toEqual(['Grace Hopper']);
    expect(await world.find('murray')).toEqual([]);
  });

  it('forgets who was deleted, with all words and the photo', async () => {
    const id = await world.add('Gone Tomorrow');
    await world.post(`/employees/${id}/photo`, photoForm(PIXEL));
    const photo = photoPath((await world.get(`/employees/${id}`)).text);
    const { version } = (await world.employees.get(id)) ?? {};
    expect(await world.post(`/employees/${id}/delete`, { version: String(version) })).toMatchObject({
      status: 303,
    });
    expect((await world.get(`/employees/${id}`)).status).toBe(404);
    expect((await world.get(photo)).status).toBe(404);
    expect(await world.find('tomorrow')).toEqual([]);
  });

  it('deletes nobody who was changed since the question was asked', async () => {
    const id = await world.add('Changed Meanwhile');
    await world.post(`/employees/${id}/edit`, { version: '1', name: 'Changed Already' });
    expect((await world.post(`/employees/${id}/delete`, { version: '1' })).status).toBe(409);
    expect(await world.find('already')).toEqual(['Changed Already']);
  });
});

describe('two people edit the same entry', () => {
  it('the second is told, keeps all that they wrote, sees what is saved, and can save again', async () => {
    const id = await world.add('Two Editors', { title: 'Nobody' });
    const mine = { version: '1', name: 'Two Editors', title: 'Mine', location: 'Oslo' };
    await world.post(`/employees/${id}/edit`, { version: '1', name: 'Two Editors', title: 'Theirs' });
    const refused = await world.post(`/employees/${id}/edit`, mine);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('Somebody else has saved this entry');
    expect(refused.text).toContain('value="Mine"');
    expect(refused.text).toContain('value="Oslo"');
    expect(refused.text).toContain('Now saved: Theirs');
    expect(await world.employees.get(id)).toMatchObject({ title: 'Theirs' });
    const version = hiddenField(refused.text, 'version');
    expect((await world.post(`/employees/${id}/edit`, { ...mine, version })).status).toBe(303);
    expect(await world.employees.get(id)).toMatchObject({ title: 'Mine', location: 'Oslo' });
  });

  it('of ten who save at once, one does and nine are told', async () => {
    const id = await world.add('Ten Editors');
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        world.post(`/employees/${id}/edit`, { version: '1', name: 'Ten Editors', title: `Title ${index}` }),
      ),
    );
    const saved = answers.flatMap(({ status }, index) => (status === 303 ? [index] : []));
    expect(saved).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
    expect(await world.employees.get(id)).toMatchObject({ title: `Title ${saved[0]}`, version: 2 });
  });

  it('the second of two writes that saw the same version is refused, whatever it is', async () => {
    const id = await world.add('Two Writers');
    const seen = await world.employees.get(id);
    if (seen === undefined) throw new Error('not there');
    const after = (title: string) => ({ ...seen, title, version: seen.version + 1 });
    expect(await world.employees.change(seen, after('First'))).toBe(true);
    expect(await world.employees.change(seen, after('Second'))).toBe(false);
    expect(await world.employees.remove(seen)).toBe(false);
    expect(await world.employees.add(seen)).toBe(false);
    expect(await world.employees.get(id)).toMatchObject({ title: 'First', version: 2 });
  });

  it('a photo that is uploaded meanwhile takes nothing of what the other wrote', async () => {
    const id = await world.add('Photo And Words');
    const [edit] = await Promise.all([
      world.post(`/employees/${id}/edit`, { version: '1', name: 'Photo And Words', title: 'Kept' }),
      world.post(`/employees/${id}/photo`, photoForm(PIXEL)),
    ]);
    const after = await world.employees.get(id);
    expect(after?.photo).toBeDefined();
    expect(after?.title).toBe(edit.status === 303 ? 'Kept' : '');
  });
});

describe('search', () => {
  it('finds by the beginnings of words, in any order, without accents and capitals', async () => {
    await world.add('Jürgen Groß', { department: 'Buchhaltung', location: 'Köln' });
    await world.add('Jürgen Klein', { department: 'Vertrieb', location: 'Köln' });
    expect(await world.find('jurgen buch')).toEqual(['Jürgen Groß']);
    expect(await world.find('KOLN gross')).toEqual(['Jürgen Groß']);
    expect(await world.find('köl jür')).toEqual(['Jürgen Groß', 'Jürgen Klein']);
    expect(await world.find('urgen')).toEqual([]);
  });

  it('lists someone once whose words begin alike', async () => {
    await world.add('Barbara Barbarossa', { location: 'Barbados' });
    expect(await world.find('barb')).toEqual(['Barbara Barbarossa']);
  });

  it('gives every hit on exactly one page', async () => {
    const names = Array.from({ length: 45 }, (_, index) => `Zebra Number${String(index).padStart(2, '0')}`);
    for (const name of names) await world.add(name, { title: 'Zebra keeper', department: 'Zoo' });
    const seen: string[] = [];
    let path: string | undefined = '/?q=zeb%20zoo';
    let pages = 0;
    while (path !== undefined) {
      const { text } = await world.get(path);
      seen.push(...namesIn(text));
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&#38;', '&').replaceAll('&#61;', '=');
      pages++;
    }
    expect(seen).toEqual(names);
    expect(pages).toBe(3);
  });

  it('begins anew for a page mark that is none', async () => {
    for (const after of ['%F0', 'bm9uZQ', '~~', 'x'.repeat(2000)])
      expect((await world.get(`/?q=zebra&after=${after}`)).status).toBe(200);
  });
});

describe('photos', () => {
  it('come back as they were sent, under a name that never means another one', async () => {
    const id = await world.add('Has Photo');
    expect((await world.post(`/employees/${id}/photo`, photoForm(PIXEL))).status).toBe(303);
    const first = photoPath((await world.get(`/employees/${id}`)).text);
    const response = await fetch(world.url + first);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(Buffer.from(await response.arrayBuffer()).equals(PIXEL)).toBe(true);
    await world.post(`/employees/${id}/photo`, photoForm(PIXEL));
    expect(photoPath((await world.get(`/employees/${id}`)).text)).not.toBe(first);
    expect((await world.get(first)).status).toBe(404);
  });

  it('are what their bytes say, whatever the upload claims', async () => {
    const id = await world.add('Has Script');
    const script = photoForm(Buffer.from('<script>alert(1)</script>'), 'photo.jpg', 'image/jpeg');
    const { status, text } = await world.post(`/employees/${id}/photo`, script);
    expect(status).toBe(415);
    expect(text).toContain('Upload a JPEG, PNG or WebP file of at most 5 MB.');
    expect((await world.employees.get(id))?.photo).toBeUndefined();
  });

  it('are refused above the limit, and when none was chosen', async () => {
    const id = await world.add('Has Giant');
    const giant = Buffer.concat([PIXEL, Buffer.alloc(5 * 1024 * 1024)]);
    const tooLarge = await world.post(`/employees/${id}/photo`, photoForm(giant));
    expect(tooLarge.status).toBe(413);
    expect(tooLarge.text).toContain('at most 5 MB');
    expect((await world.post(`/employees/${id}/photo`, photoForm(Buffer.alloc(0)))).status).toBe(400);
    expect((await world.employees.get(id))?.photo).toBeUndefined();
  });
});

describe('what comes from outside is not trusted', () => {
  it('shows HTML as the text that it is', async () => {
    const id = await world.add('<img src=x onerror=alert(1)>', { title: '"><script>alert(2)</script>' });
    for (const path of [
      '/?q=onerror',
      `/employees/${id}`,
      `/employees/${id}/edit`,
      `/employees/${id}/delete`,
    ]) {
      const { text } = await world.get(path);
      expect(text).toContain('&#60;img src&#61;x');
      expect(text).not.toMatch(/<img src=x|<script/);
    }
  });

  it('takes no form that another site has sent', async () => {
    const id = await world.add('Stays Put');
    const entry = { version: '1', name: 'Was Moved' };
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ])
      expect((await world.post(`/employees/${id}/edit`, entry, headers)).status).toBe(403);
    expect(await world.employees.get(id)).toMatchObject({ name: 'Stays Put' });
    expect((await world.post(`/employees/${id}/edit`, entry, { origin: world.url })).status).toBe(303);
  });

  it('names what is wrong in a form, and keeps what was written', async () => {
    const id = hiddenField((await world.get('/employees/new')).text, 'id');
    const { status, text } = await world.post('/employees', {
      id,
      name: '  ',
      email: 'ada(at)example',
      title: 'Kept',
    });
    expect(status).toBe(422);
    expect(text).toContain('Say the name.');
    expect(text).toContain('Write it like ada@example.com.');
    expect(text).toContain('value="Kept"');
    expect(text).toContain('value="ada(at)example"');
    expect(await world.employees.get(id)).toBeUndefined();
  });

  it('answers what it cannot understand with 4xx, never with 500', async () => {
    const paths = [
      '/employees/none',
      '/employees/..%2f..',
      '/photos/none.png',
      '/photos/..%2fsecret',
      '/nowhere',
    ];
    for (const path of paths) expect((await world.get(path)).status).toBe(404);
    expect((await world.post('/employees', { id: 'x', name: 'y' })).status).toBe(400);
    const id = await world.add('No Version');
    expect((await world.post(`/employees/${id}/edit`, { name: 'y' })).status).toBe(400);
    const raw = await fetch(`${world.url}/employees`, {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect(raw.status).toBe(400);
  });

  it('sends every page with the headers that keep it in its place', async () => {
    const { headers } = await world.get('/');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).not.toContain('script-src');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('the instance tells of itself', () => {
  it('says on each page who answered and where', async () => {
    const { text, headers } = await world.get('/');
    expect(text).toContain('<code>i-0123456789abcdef0</code> in <code>eu-central-1a</code>');
    expect(headers.get('x-instance-id')).toBe('i-0123456789abcdef0');
    expect(headers.get('x-zone')).toBe('eu-central-1a');
  });

  it('lives and is ready', async () => {
    expect(await world.get('/live')).toMatchObject({ status: 200, text: 'live\n' });
    expect(await world.get('/ready')).toMatchObject({ status: 200, text: 'ready\n' });
  });
});

describe('an instance without its table', () => {
  it('is not ready, and lives', async () => {
    const other = await DirectoryWorld.start();
    const { DynamoDBClient, DeleteTableCommand } = await import('@aws-sdk/client-dynamodb');
    const { ACCOUNT_KEYS } = await import('../../../tools/cloud/kernel/index.ts');
    const client = new DynamoDBClient({
      region: 'eu-central-1',
      endpoint: other.cloud.endpoint,
      credentials: ACCOUNT_KEYS,
    });
    await client.send(new DeleteTableCommand({ TableName: 'directory' }));
    expect(await other.get('/ready')).toMatchObject({ status: 503, text: 'not ready\n' });
    expect((await other.get('/live')).status).toBe(200);
    const broken = await other.get('/');
    expect(broken.status).toBe(500);
    expect(broken.text).toContain('Something went wrong here');
    expect(broken.text).not.toContain('directory-photos');
    client.destroy();
    await other.close();
  });
});

describe('an instance that drains', () => {
  it('is not ready, finishes what is in flight and takes no new connection', async () => {
    const other = await DirectoryWorld.start();
    const id = await other.add('In Flight');
    const arrived = new Promise<void>((resolve) => other.app.server.once('request', () => resolve()));
    const inFlight = formInTwoParts(`${other.url}/employees/${id}/edit`);
    inFlight.begin('version=1&name=In+');
    await arrived;
    other.readiness.drain();
    expect(await other.get('/ready')).toMatchObject({ status: 503, text: 'draining\n' });
    const closed = other.app.close();
    while (other.app.server.listening) await new Promise(setImmediate);
    await expect(fetch(`${other.url}/live`)).rejects.toThrow();
    inFlight.end('Port');
    expect(await inFlight.status).toBe(303);
    await closed;
    expect(await other.employees.get(id)).toMatchObject({ name: 'In Port' });
    await other.close();
  });
});

/** A form whose sender takes a break in the middle. */
function formInTwoParts(url: string) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const sending = request(url, { method: 'POST', headers, agent: false });
  const status = new Promise<number | undefined>((resolve, reject) => {
    sending.on('error', reject);
    sending.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
  return {
    status,
    begin: (part: string) => sending.write(part),
    end: (part: string) => sending.end(part),
  };
}
