import { createDirectory } from './directory.ts';
import { Access } from './iam/access.ts';
import { actionOf } from './iam/actions.ts';
import type { IamReport } from './iam/grants.ts';
import type { Clock, Kernel, KernelOptions, Service } from './kernel/index.ts';
import { Credentials, createKernel, seededIds } from './kernel/index.ts';
import { createNetwork } from './network.ts';
import type { CloudServices } from './services.ts';
import { createServices } from './services.ts';
import { createIam } from './services/iam/index.ts';
import type { Applications } from './simulation/applications.ts';
import type { Traffic } from './simulation/traffic.ts';
import { Dispatcher } from './wire/dispatcher.ts';
import { ServiceRegistry } from './wire/registry.ts';
import { CloudRoutes } from './wire/routes.ts';
import { listen } from './wire/server.ts';
import { validatorOf } from './wire/validate.ts';

export interface CloudOptions extends KernelOptions {
  /** TCP port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** Whether roles may do only what their policies allow. Default true. */
  readonly enforceIam?: boolean;
}

/** A local cloud that listens. Its time stands still until someone moves `clock`. */
export interface Cloud {
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string;
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly credentials: Credentials;
  readonly services: CloudServices;
  /** What the instances run. */
  readonly applications: Applications;
  /** The users of the applications. */
  readonly traffic: Traffic;
  /** Handlers for paths under `/_cloud/`. */
  readonly routes: CloudRoutes;
  /** What roles were refused, and what they are allowed and have not needed so far. */
  iamReport(): IamReport;
  close(): Promise<void>;
}

/** Starts a cloud. Rejects with Node's error when the port is in use. */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const kernel = createKernel(options);
  const credentials = new Credentials(kernel.ids);
  const iam = createIam(kernel);
  const access = new Access({ kernel, credentials, iam, enforce: options.enforceIam ?? true });
  let endpoint = '';
  const { services, applications, traffic } = createServices(kernel, access, iam, () => endpoint);
  const directory = createDirectory(services);
  const dispatcher = new Dispatcher({
    kernel,
    credentials,
    actionOf,
    validatorOf,
    registry: new ServiceRegistry(Object.values<Service>(services)),
    authorise: (call, input) => access.check(call, input, directory),
    onBug: logBug,
  });
  const routes = new CloudRoutes();
  const requestIds = seededIds(options.seed ?? 1);
  const proxy = createNetwork({ applications });
  const wire = await listen({ kernel, requestIds, dispatcher, routes, proxy }, options.port ?? 0);
  endpoint = wire.endpoint;
  return {
    endpoint,
    kernel,
    clock: kernel.clock,
    credentials,
    services,
    applications,
    traffic,
    routes,
    iamReport: () => access.report(),
    close: async () => {
      await services.lambda.close();
      await wire.close();
    },
  };
}

function logBug(error: unknown, operation: string): void {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`The local cloud failed in ${operation}: ${trace}\n`);
}
