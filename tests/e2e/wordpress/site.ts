import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closed, REGION, serveAws, serveMetadata, type Aws } from './aws.ts';
import { Database } from './database.ts';
import { bakedImage, type Image } from './image.ts';
import { Instance } from './instance.ts';
import { METADATA_PORT, Network } from './network.ts';
import { Secrets } from './secrets.ts';
import { requireMachine } from './tools.ts';

/** The name by which visitors know the site. */
export const SITE = 'www.example.com';
export const DATABASE_HOST = `wordpress.cluster.${REGION}.rds.amazonaws.com`;
export const FILE_SYSTEM = 'fs-0123456789abcdef0';
export const EFS_HOST = `${FILE_SYSTEM}.efs.${REGION}.amazonaws.com`;

export const userWith = (password: string) => JSON.stringify({ username: 'wordpress', password });

/** What stands around the instances of a site: network, database, secrets, AWS's names. */
export class Site {
  readonly network = new Network();
  readonly #folder = mkdtempSync(join(tmpdir(), 'wordpress-'));
  readonly #instances: Instance[] = [];
  readonly #closing: (() => Promise<unknown>)[] = [];
  image!: Image;
  secrets!: Secrets;
  database!: Database;
  databaseSecret = '';
  settings: Readonly<Record<string, string>> = {};
  #aws!: Aws;

  /**
   * @param bake how the image is made, for whoever takes the time
   * @throws Error that names what this machine lacks
   */
  async open(bake = bakedImage): Promise<void> {
    await requireMachine();
    this.image = await bake();
    this.#closing.push(() => this.network.close());
    await this.network.open();
    const keysSecret = await this.#openSecrets();
    await this.#openAws(keysSecret);
    await this.#openDatabase();
    this.settings = {
      REGION,
      SITE_URL: `https://${SITE}`,
      DATABASE_HOST,
      DATABASE_SECRET: this.databaseSecret,
      KEYS_SECRET: keysSecret,
      FILE_SYSTEM,
    };
  }

  async #openSecrets(): Promise<string> {
    this.secrets = await Secrets.start();
    this.#closing.push(() => this.secrets.stop());
    this.databaseSecret = await this.secrets.create('database', userWith('first password'));
    return this.secrets.create('keys', 'a seed of thirty-two characters or more');
  }

  async #openAws(keysSecret: string): Promise<void> {
    const { address } = this.network;
    const { web, database } = this.image;
    this.#aws = await serveAws({ address, web, database, cloud: this.secrets.answer });
    this.#closing.push(() => this.#aws.close());
    const keys = await this.secrets.keysToRead([this.databaseSecret, keysSecret]);
    const metadata = await serveMetadata(address, METADATA_PORT, keys);
    this.#closing.push(() => closed(metadata));
  }

  async #openDatabase(): Promise<void> {
    const certificate = await this.image.database.certify('rds', [DATABASE_HOST]);
    this.database = new Database(this.#folder, this.network.address, certificate);
    await this.database.create();
    this.#closing.push(() => this.database.stop());
    await this.database.start();
    await this.database
      .query(`CREATE DATABASE wordpress; CREATE USER wordpress IDENTIFIED BY 'first password' REQUIRE SSL;
      GRANT ALL ON wordpress.* TO wordpress;`);
  }

  async launch(): Promise<Instance> {
    const number = this.#instances.length;
    const uploads = join(this.#folder, 'uploads');
    mkdirSync(uploads, { recursive: true });
    const { address } = this.network;
    const instance = await Instance.launch({
      image: this.image.path,
      folder: join(this.#folder, `instance-${number}`),
      network: await this.network.place(number),
      uploads,
      hosts: { [address]: [...this.#aws.hosts, DATABASE_HOST, EFS_HOST] },
    });
    this.#instances.push(instance);
    return instance;
  }

  async close(): Promise<void> {
    for (const instance of this.#instances) await instance.terminate();
    for (const close of this.#closing.reverse()) await close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
