import {
  DeregisterInstanceCommand,
  DuplicateRequest,
  GetOperationCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import type { CloudMap } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { isNotRegistered } from './errors.ts';

/** AWS Cloud Map, by its API: what it is asked for it does by operations, one at a time for each instance. */
export function cloudMap(client = new ServiceDiscoveryClient(CLIENT_OPTIONS)): CloudMap {
  return {
    deregister: async (service, instance) => {
      try {
        const asked = new DeregisterInstanceCommand({ ServiceId: service, InstanceId: instance });
        return (await client.send(asked)).OperationId;
      } catch (error) {
        if (isNotRegistered(error)) return undefined;
        // Of whatever kind: when it has ended, it is asked again.
        if (error instanceof DuplicateRequest && error.DuplicateOperationId !== undefined)
          return error.DuplicateOperationId;
        throw error;
      }
    },
    isUnderWay: async (operation) => {
      const { Operation } = await client.send(new GetOperationCommand({ OperationId: operation }));
      return Operation?.Status === 'SUBMITTED' || Operation?.Status === 'PENDING';
    },
  };
}
