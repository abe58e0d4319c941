import type { Kernel } from '../../kernel/index.ts';
import { matches } from '../../weather/patterns.ts';
import type { Databases } from './databases.ts';
import type { Database } from './instance.ts';

/**
 * Has databases meet the outage of a zone: one with a standby elsewhere fails over to it, one without is lost until the
 * zone is back.
 */
export function exposeDatabases({ weather }: Kernel, databases: Databases): void {
  weather.onBegin('zone-outage', ({ entry, tell }) => {
    const isDown = (zone: string | undefined) => zone !== undefined && matches(entry.zone, zone);
    const hit = databases.all().filter((database) => database.isReachable && isDown(database.primary.zone));
    const lost: Database[] = [];
    for (const database of hit) {
      const { standby } = database;
      if (standby === undefined || isDown(standby.zone)) {
        lost.push(database);
        databases.life.lose(database);
        tell(`database ${database.id} is out of reach`);
      } else {
        databases.life.failOver(database);
        tell(`database ${database.id} fails over to ${standby.zone}`);
      }
    }
    return () => lost.forEach((database) => recoverIfThere(databases, database));
  });
}

function recoverIfThere(databases: Databases, database: Database): void {
  if (databases.find(database.id) === database && database.status !== 'deleting')
    databases.life.recover(database);
}
