import type { Service } from '../kernel/index.ts';
import { parseForm } from './codec/form.ts';
import type { CatalogEntry } from './model/catalog.ts';
import { catalogEntry } from './model/catalog.ts';
import type { ServiceModel } from './model/service-model.ts';
import { serviceModel } from './model/service-model.ts';
import type { WireRequest } from './protocols/exchange.ts';
import { headerOf } from './protocols/exchange.ts';

/** A service on the wire. */
export interface Hosted {
  readonly service: Service;
  readonly entry: CatalogEntry;
  /** Read when first asked for. */
  readonly model: () => ServiceModel;
}

/** The services of the cloud, by what requests name them with. */
export class ServiceRegistry {
  readonly #hosted: readonly Hosted[];
  readonly #bySigningName: ReadonlyMap<string, Hosted>;

  constructor(services: Iterable<Service>) {
    this.#hosted = [...services].map((service) => ({
      service,
      entry: catalogEntry(service.client),
      model: () => serviceModel(service.client),
    }));
    this.#bySigningName = new Map(this.#hosted.map((hosted) => [hosted.entry.signingName, hosted]));
  }

  get services(): Service[] {
    return this.#hosted.map(({ service }) => service);
  }

  bySigningName(name: string): Hosted | undefined {
    return this.#bySigningName.get(name);
  }

  /** The service of a request nobody signed: by its target, by API version and action, or S3, which is public. */
  ofUnsigned(request: WireRequest): Hosted | undefined {
    const target = headerOf(request, 'x-amz-target')?.split('.')[0];
    if (target !== undefined) return this.#hosted.find(({ entry }) => entry.target === target);
    const form = parseForm(request.method === 'POST' ? request.body.toString() : request.query.toString());
    const action = form.children?.get('Action')?.value;
    if (action === undefined) return this.bySigningName('s3');
    const version = form.children?.get('Version')?.value;
    return this.#hosted.find(
      ({ entry, model }) => entry.version === version && model().operations.has(action),
    );
  }
}
