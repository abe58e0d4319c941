import { paginateDescribeDBInstances, RDSClient } from '@aws-sdk/client-rds';
import type { Database } from '../domain/index.ts';
import type { Databases } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { isDatabaseMissing } from './errors.ts';

/** DB instances, by the API of RDS. */
export function rdsDatabases(client = new RDSClient(CLIENT_OPTIONS)): Databases {
  return {
    described: async (identifier) => {
      const input = identifier === undefined ? {} : { DBInstanceIdentifier: identifier };
      const found: Database[] = [];
      try {
        for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client }, input))
          found.push(
            ...DBInstances.map(({ Engine: engine = '', DBInstanceClass: type = '' }) => ({ engine, type })),
          );
      } catch (error) {
        if (!isDatabaseMissing(error)) throw error;
      }
      return found;
    },
  };
}
