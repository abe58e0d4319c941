/** Somebody whom a visitor has added, and what the directory has to say of them. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly title: string;
}

/** Who is told how each request ended. */
export interface Witness {
  readonly succeeded: (instance: string | null) => void;
  readonly failed: (what: string, problem: string) => void;
  readonly wrong: (what: string, problem: string) => void;
}

interface Page {
  readonly status: number;
  readonly bytes: Buffer;
  readonly text: string;
}

/** The smallest PNG there is. */
const PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** One person's visit to the directory. */
export class Visit {
  readonly #url: string;
  readonly #number: number;
  readonly #on: Witness;

  constructor(url: string, number: number, on: Witness) {
    this.#url = url;
    this.#number = number;
    this.#on = on;
  }

  /**
   * Looks around, adds somebody, and looks whether they are there.
   *
   * @param known somebody whom an earlier visitor has added
   * @returns who was added; undefined when that has not come to its end
   */
  async run(known: Person | undefined): Promise<Person | undefined> {
    await this.#ask('list', '/');
    if (known !== undefined) await this.#look(known);
    const added = await this.#add();
    if (added === undefined) return undefined;
    await this.#search(added);
    await this.#photo(added);
    return this.#edit(added);
  }

  async #look({ id, name, title }: Person): Promise<void> {
    const page = await this.#ask('look', `/employees/${id}`);
    this.#expect(page, 'look', (text) => text.includes(name) && text.includes(title));
  }

  async #add(): Promise<Person | undefined> {
    const form = await this.#ask('form', '/employees/new');
    const id = /name="id" value="([^"]+)"/.exec(form?.text ?? '')?.[1];
    if (id === undefined) return undefined;
    // Words of letters alone, one of them nobody else has.
    const name = `Visitor ${word(this.#number)}`;
    const person = { id, name, title: 'Newcomer' };
    const answer = await this.#send('add', '/employees', new URLSearchParams(person));
    return answer?.status === 303 ? person : undefined;
  }

  async #search({ name }: Person): Promise<void> {
    const page = await this.#ask('search', `/?q=${encodeURIComponent(name)}`);
    this.#expect(page, 'search', (text) => text.includes(`<strong>${name}</strong>`));
  }

  async #photo({ id }: Person): Promise<void> {
    const form = new FormData();
    form.set('photo', new Blob([PHOTO], { type: 'image/png' }), 'photo.png');
    const sent = await this.#send('photo', `/employees/${id}/photo`, form);
    if (sent?.status !== 303) return;
    const page = await this.#ask('look', `/employees/${id}`);
    const path = /src="(\/photos\/[^"]+)"/.exec(page?.text ?? '')?.[1];
    if (path === undefined) {
      if (page !== undefined) this.#on.wrong('photo', 'the entry does not show it');
      return;
    }
    const got = await this.#ask('photo', path);
    if (got?.bytes.equals(PHOTO) === false) this.#on.wrong('photo', 'it is another one');
  }

  /** @returns the person as they are now; undefined where that is not known for sure */
  async #edit(person: Person): Promise<Person | undefined> {
    const form = await this.#ask('form', `/employees/${person.id}/edit`);
    const version = /name="version" value="([^"]+)"/.exec(form?.text ?? '')?.[1];
    if (version === undefined) return person;
    const title = `Promoted ${word(this.#number)}`;
    const body = new URLSearchParams({ version, name: person.name, title });
    const answer = await this.#send('edit', `/employees/${person.id}/edit`, body);
    return answer?.status === 303 ? { ...person, title } : undefined;
  }

  #ask(what: string, path: string): Promise<Page | undefined> {
    return this.#request(what, path, {});
  }

  #send(what: string, path: string, body: URLSearchParams | FormData): Promise<Page | undefined> {
    return this.#request(what, path, { method: 'POST', body, headers: { 'sec-fetch-site': 'same-origin' } });
  }

  /** @returns undefined where nobody has answered, or with an error */
  async #request(what: string, path: string, init: RequestInit): Promise<Page | undefined> {
    try {
      const response = await fetch(this.#url + path, { ...init, redirect: 'manual' });
      const bytes = Buffer.from(await response.arrayBuffer());
      if (response.status >= 400) {
        this.#on.failed(what, String(response.status));
        return undefined;
      }
      this.#on.succeeded(response.headers.get('x-instance-id'));
      return { status: response.status, bytes, text: bytes.toString() };
    } catch (error) {
      this.#on.failed(what, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #expect(page: Page | undefined, what: string, isRight: (text: string) => boolean): void {
    if (page !== undefined && !isRight(page.text)) this.#on.wrong(what, 'the page lacks what was saved');
  }
}

/** A number as a word: `visitor` + letters, as long for all below 26⁴. */
function word(number: number): string {
  let text = '';
  for (let rest = number, place = 0; place < 4; place++, rest = Math.floor(rest / 26))
    text = (LETTERS[rest % 26] ?? '') + text;
  return `v${text}`;
}
