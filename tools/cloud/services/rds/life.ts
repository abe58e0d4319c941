import type { Kernel } from '../../kernel/index.ts';
import type { Database, Settings, Status } from './instance.ts';
import type { Events } from './events.ts';
import type { Happening } from './events.ts';
import { nextMaintenance } from './maintenance.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** How long changes take, in milliseconds: about what AWS takes for a small database. */
const TIMES = {
  creation: 5 * MINUTE,
  standbyCreation: 4 * MINUTE,
  backup: 90 * SECOND,
  restart: 90 * SECOND,
  settings: 30 * SECOND,
  storage: 2 * MINUTE,
  storageOptimization: 60 * MINUTE,
  replacement: 6 * MINUTE,
  stop: 2 * MINUTE,
  start: 4 * MINUTE,
  deletion: 4 * MINUTE,
};

/** AWS: "Failover times are typically 60–120 seconds." */
const FAILOVER = { least: 60 * SECOND, most: 120 * SECOND };

/** Takes databases from one status to the next on the clock. */
export class Life {
  readonly #kernel: Kernel;
  readonly #events: Events;

  constructor(kernel: Kernel, events: Events) {
    this.#kernel = kernel;
    this.#events = events;
  }

  begin(database: Database): void {
    const { MultiAZ, BackupRetentionPeriod } = database.settings;
    const time = TIMES.creation + (MultiAZ === true ? TIMES.standbyCreation : 0);
    this.#scheduleMaintenance(database);
    this.#go(database, 'creating', time, () => {
      database.isReachable = true;
      this.#tell(database, 'created');
      if (BackupRetentionPeriod === 0) this.#settle(database);
      else this.#backUp(database);
    });
  }

  /** Applies changes to an instance that can be changed; `onStandby` makes or drops its standby first. */
  apply(database: Database, changes: Settings, onStandby: (isWanted: boolean) => void): void {
    const { settings } = database;
    const isChanged = (...names: (keyof Settings)[]) =>
      names.some((name) => changes[name] !== undefined && changes[name] !== settings[name]);
    const restarts = isChanged('DBInstanceClass', 'EngineVersion');
    const grows = isChanged('AllocatedStorage', 'StorageType', 'Iops', 'StorageThroughput');
    const isStandbyChanged = isChanged('MultiAZ');
    if (restarts) this.#tell(database, 'modifying');
    database.resume = () => this.apply(database, changes, onStandby);
    const time = this.#timeOf({ restarts, grows, isStandbyChanged });
    this.#go(database, 'modifying', time, () => {
      database.resume = undefined;
      database.settings = { ...settings, ...changes };
      if (isStandbyChanged) onStandby(changes.MultiAZ === true);
      if (restarts) this.#tell(database, 'modified');
      if (grows) this.#tell(database, 'storageModified');
      if (restarts && database.standby !== undefined) swap(database);
      this.#scheduleMaintenance(database);
      if (grows)
        this.#go(database, 'storage-optimization', TIMES.storageOptimization, () => this.#settle(database));
      else this.#settle(database);
    });
    // Without a standby that takes over, a new class or version is an outage of its last minutes.
    if (restarts && database.standby === undefined)
      this.#outage(database, time - TIMES.restart, TIMES.restart);
  }

  resetPassword(database: Database, password: string): void {
    database.resume = () => this.resetPassword(database, password);
    this.#go(database, 'resetting-master-credentials', TIMES.settings, () => {
      database.resume = undefined;
      database.password = password;
      this.#tell(database, 'passwordReset');
      this.#settle(database);
    });
  }

  reboot(database: Database): void {
    database.isReachable = false;
    this.#tell(database, 'shutdown');
    this.#go(database, 'rebooting', TIMES.restart, () => {
      database.isReachable = true;
      if (database.parameterStatus === 'pending-reboot') database.parameterStatus = 'in-sync';
      this.#tell(database, 'restarted');
      this.#settle(database);
    });
  }

  /** The standby takes over, for a reboot that asks for it or because the primary's zone has failed. */
  failOver(database: Database): void {
    const { ids } = this.#kernel;
    const time = FAILOVER.least + Math.floor(ids.random() * (FAILOVER.most - FAILOVER.least));
    database.isReachable = false;
    this.#tell(database, 'failoverStarted');
    this.#go(database, 'rebooting', time, () => {
      swap(database);
      database.isReachable = true;
      if (database.parameterStatus === 'pending-reboot') database.parameterStatus = 'in-sync';
      this.#tell(database, 'restarted');
      this.#tell(database, 'failoverCompleted');
      this.#settle(database);
    });
  }

  /** Nothing can be done but to wait for the zone. What AWS calls the status meanwhile it does not say. */
  lose(database: Database): void {
    database.next?.();
    database.isReachable = false;
    database.status = 'rebooting';
    this.#tell(database, 'shutdown');
    this.#tell(database, 'recoveryStarted');
  }

  recover(database: Database): void {
    this.#go(database, 'rebooting', TIMES.restart, () => {
      database.isReachable = true;
      this.#tell(database, 'recoveryFinished');
      this.#tell(database, 'restarted');
      this.#settle(database);
    });
  }

  stop(database: Database): void {
    database.isReachable = false;
    this.#go(database, 'stopping', TIMES.stop, () => {
      database.status = 'stopped';
      this.#tell(database, 'stopped');
    });
  }

  start(database: Database): void {
    this.#go(database, 'starting', TIMES.start, () => {
      database.isReachable = true;
      this.#tell(database, 'started');
      this.#settle(database);
    });
  }

  end(database: Database, gone: () => void): void {
    database.isReachable = false;
    database.cancelMaintenance?.();
    this.#go(database, 'deleting', TIMES.deletion, () => {
      this.#tell(database, 'deleted');
      gone();
    });
  }

  #backUp(database: Database): void {
    this.#tell(database, 'backupStarted');
    this.#go(database, 'backing-up', TIMES.backup, () => {
      this.#tell(database, 'backupFinished');
      this.#settle(database);
    });
  }

  #settle(database: Database): void {
    database.status = 'available';
    database.next = undefined;
    database.resume?.();
  }

  #go(database: Database, status: Status, time: number, then: () => void): void {
    database.next?.();
    database.status = status;
    database.next = this.#kernel.clock.after(time, then);
  }

  #outage(database: Database, after: number, time: number): void {
    const { clock } = this.#kernel;
    const reach = (isReachable: boolean) => () => {
      if (database.status === 'modifying') database.isReachable = isReachable;
    };
    clock.after(after, reach(false));
    clock.after(after + time - SECOND, reach(true));
  }

  #timeOf(change: { restarts: boolean; grows: boolean; isStandbyChanged: boolean }): number {
    const times = [
      change.restarts ? TIMES.replacement : 0,
      change.grows ? TIMES.storage : 0,
      change.isStandbyChanged ? TIMES.creation + TIMES.standbyCreation : 0,
    ];
    return Math.max(TIMES.settings, ...times);
  }

  /** The next maintenance window brings what is pending. */
  #scheduleMaintenance(database: Database): void {
    const { clock } = this.#kernel;
    database.cancelMaintenance?.();
    const at = nextMaintenance(database.settings.PreferredMaintenanceWindow ?? '', clock.now());
    database.cancelMaintenance = clock.at(at, () => {
      const changes = database.pending;
      if (Object.keys(changes).length > 0 && database.status === 'available') {
        database.pending = {};
        this.onMaintenance(database, changes);
      }
      this.#scheduleMaintenance(database);
    });
  }

  /** Set by whoever knows how standbys are made. */
  onMaintenance: (database: Database, changes: Settings) => void = () => undefined;

  #tell(database: Database, what: Happening): void {
    this.#events.tell(database, what);
  }
}

function swap(database: Database): void {
  if (database.standby === undefined) return;
  [database.primary, database.standby] = [database.standby, database.primary];
}
