import { join } from 'node:path';
import type { Command } from '../../cloud/instances/index.ts';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples');

/** The employee directory as a process, on a table and a bucket. */
export function directoryCommand(table: string, bucket: string): Command {
  return {
    file: process.execPath,
    args: [join(examples, 'employee-directory', 'main.ts')],
    // The cloud's time may run a thousand times faster than the cache's.
    env: { DIRECTORY_TABLE: table, DIRECTORY_BUCKET: bucket, READY_CACHE_SECONDS: '0' },
  };
}
