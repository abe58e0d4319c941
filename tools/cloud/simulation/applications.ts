import type { Kernel } from '../kernel/index.ts';
import type { Ec2Service, InstanceRecord } from '../services/ec2/api.ts';
import { Application, type ApplicationStatus } from './application.ts';
import { DEFAULT_SETTINGS, type ApplicationSettings } from './settings.ts';

/** What applications need of EC2. */
export type InstanceSource = Pick<
  Ec2Service,
  'instances' | 'onStateChange' | 'onDisturbance' | 'party' | 'reachability'
>;

/** The applications on all instances, following what happens to the instances. */
export class Applications {
  readonly #kernel: Kernel;
  readonly #byInstance = new Map<string, Application>();
  readonly #byAddress = new Map<string, Application>();
  readonly #listeners: ((application: Application) => void)[] = [];
  readonly #ec2: InstanceSource;
  /** By group; those of all others under ''. */
  readonly #settings = new Map<string, ApplicationSettings>([['', DEFAULT_SETTINGS]]);

  constructor(kernel: Kernel, ec2: InstanceSource) {
    this.#kernel = kernel;
    this.#ec2 = ec2;
    for (const instance of ec2.instances()) this.#follow(instance);
    ec2.onStateChange(({ instance }) => this.#follow(instance));
    ec2.onDisturbance((instance) => this.#follow(instance));
  }

  /**
   * Changes the settings of all applications, those that run included.
   *
   * @param group only of those on the instances of an Auto Scaling group, by its name; from then on it goes its own way
   */
  configure(settings: Partial<ApplicationSettings>, group = ''): void {
    this.#settings.set(group, { ...this.settingsOf(group), ...settings });
    for (const application of this.#byInstance.values()) {
      application.settings = this.settingsOf(application.instance.group);
      application.status = this.#statusOf(application);
      this.#tell(application);
    }
  }

  /** The settings of a group's applications, or of those without a group. */
  settingsOf(group = ''): ApplicationSettings {
    return this.#settings.get(group) ?? this.#settings.get('') ?? DEFAULT_SETTINGS;
  }

  of(instanceId: string): Application | undefined {
    return this.#byInstance.get(instanceId);
  }

  /** The application behind a private address. */
  at(address: string): Application | undefined {
    return this.#byAddress.get(address);
  }

  values(): IterableIterator<Application> {
    return this.#byInstance.values();
  }

  /** Called after every change of an application's status. */
  onChange(listener: (application: Application) => void): void {
    this.#listeners.push(listener);
  }

  /** Says that an application answers something else than before, its status being what it was. */
  touch(application: Application): void {
    if (this.#byInstance.get(application.instance.id) === application) this.#tell(application);
  }

  /**
   * Makes an application stop accepting requests.
   *
   * @returns milliseconds until its work in flight is done; asked again, what is left of them
   */
  drain(application: Application): number {
    const now = this.#kernel.clock.now();
    if (application.idleAt === undefined) {
      const { least, most } = application.settings.drain;
      const seconds = least + (most - least) * this.#kernel.ids.random();
      application.idleAt = now + Math.round(seconds * 1000);
      this.#set(application, this.#statusOf(application));
    }
    return Math.max(0, application.idleAt - now);
  }

  /** Makes an application stop answering, until it is resumed or its instance starts anew. */
  hang(instanceId: string): void {
    this.#setHung(instanceId, true);
  }

  resume(instanceId: string): void {
    this.#setHung(instanceId, false);
  }

  #setHung(instanceId: string, isHung: boolean): void {
    const application = this.#byInstance.get(instanceId);
    if (application === undefined) return;
    application.isHung = isHung;
    this.#set(application, this.#statusOf(application));
  }

  #follow(instance: InstanceRecord): void {
    const application = this.#byInstance.get(instance.id) ?? this.#add(instance);
    if (instance.state === 'pending') {
      application.idleAt = undefined;
      application.isHung = false;
      application.hasFailedToBoot = false;
    }
    if (instance.state === 'terminated') this.#remove(instance);
    const { readyAt } = instance;
    if (readyAt !== undefined && readyAt > this.#kernel.clock.now())
      this.#kernel.clock.at(readyAt, () => this.#endBoot(application, readyAt));
    this.#set(application, this.#statusOf(application));
  }

  /** A boot that needs the internet has failed for good if there was no way there: its script runs only once. */
  #endBoot(application: Application, readyAt: number): void {
    const { instance, settings } = application;
    if (instance.readyAt !== readyAt) return;
    if (settings.needsInternet) {
      const party = this.#ec2.party(instance.id);
      application.hasFailedToBoot =
        party !== undefined && this.#ec2.reachability.toInternet(party) !== undefined;
    }
    this.#set(application, this.#statusOf(application));
  }

  #add(instance: InstanceRecord): Application {
    const application = new Application(instance, this.settingsOf(instance.group));
    this.#byInstance.set(instance.id, application);
    this.#byAddress.set(instance.privateIp, application);
    return application;
  }

  #remove(instance: InstanceRecord): void {
    this.#byInstance.delete(instance.id);
    // The address may already belong to another instance.
    if (this.#byAddress.get(instance.privateIp)?.instance.id === instance.id)
      this.#byAddress.delete(instance.privateIp);
  }

  #statusOf({ instance, settings, idleAt, isHung, hasFailedToBoot }: Application): ApplicationStatus {
    if (instance.state !== 'running' || instance.isImpaired || hasFailedToBoot) return 'down';
    const isReady = instance.readyAt !== undefined && instance.readyAt <= this.#kernel.clock.now();
    if (!isReady) return 'booting';
    if (isHung) return 'hung';
    if (idleAt !== undefined) return 'draining';
    return settings.isStarved ? 'starved' : 'serving';
  }

  #set(application: Application, status: ApplicationStatus): void {
    if (application.status === status) return;
    application.status = status;
    this.#tell(application);
  }

  #tell(application: Application): void {
    for (const listener of this.#listeners) listener(application);
  }
}
