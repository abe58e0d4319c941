import type { Service, Standing } from '../cloud/kernel/index.ts';
import { serviceModel } from '../cloud/wire/model/service-model.ts';

/** What an operation of AWS's is in the local cloud; `501`: not there. */
export type Coverage = Standing | '501';

export interface ServiceCoverage {
  /** As its SDK client calls it: `Auto Scaling`. */
  readonly service: string;
  /** All operations that AWS's model of the service has, in alphabetical order. */
  readonly operations: readonly { readonly name: string; readonly coverage: Coverage }[];
}

/** What the services have of what their SDK clients know, by the services' names. */
export function coverageOf(services: readonly Service[]): ServiceCoverage[] {
  return services
    .map(({ client, standing }) => {
      const model = serviceModel(client);
      const operations = [...model.operations.keys()]
        .sort()
        .map((name) => ({ name, coverage: standing[name] ?? ('501' as const) }));
      return { service: model.id, operations };
    })
    .sort((a, b) => (a.service < b.service ? -1 : 1));
}

/** The names of a service's operations of one kind. */
export function namesOf({ operations }: ServiceCoverage, wanted: Coverage): string[] {
  return operations.filter(({ coverage }) => coverage === wanted).map(({ name }) => name);
}
