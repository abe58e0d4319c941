import { createDirectory } from './directory/index.ts';
import { Access } from './iam/access.ts';
import { actionOf } from './iam/actions.ts';
import type { IamReport } from './iam/grants.ts';
import type { Clock, Instant, Kernel, KernelOptions, Service } from './kernel/index.ts';
import { Credentials, createKernel } from './kernel/index.ts';
import { createNetwork } from './network.ts';
import type { InputLog } from './persistence/input-log.ts';
import { Persistence } from './persistence/persistence.ts';
import type { Replayed } from './persistence/replay.ts';
import type { CloudServices } from './services.ts';
import { createServices } from './services.ts';
import type { WiringReport } from './wiring/index.ts';
import { wiringReporter } from './wiring/index.ts';
import { createIam } from './services/iam/index.ts';
import type { Applications } from './simulation/applications.ts';
import { addApplicationControls } from './simulation/routes.ts';
import type { Traffic } from './simulation/traffic.ts';
import { addControls } from './weather/routes.ts';
import type { PlanInput } from './weather/plan/schema.ts';
import type { Weather } from './weather/weather.ts';
import { Dispatcher } from './wire/dispatcher.ts';
import { RequestIds } from './wire/request-ids.ts';
import { ServiceRegistry } from './wire/registry.ts';
import { CloudRoutes } from './wire/routes.ts';
import { Authenticator } from './wire/signature/authenticator.ts';
import { listen } from './wire/server.ts';
import { validatorOf } from './wire/validate.ts';

export interface CloudOptions extends KernelOptions {
  /** TCP port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** Whether signatures are verified, and everyone may do only what policies allow. Default true. */
  readonly enforceIam?: boolean;
  /** Keeps the cloud's inputs; its settings and what it has kept come first. The cloud closes it. */
  readonly log?: InputLog;
  /** The time by which those sign who do not see the cloud's. Default: the machine's. */
  readonly machineTime?: () => Instant;
  /** What goes wrong from the begin on. */
  readonly weather?: PlanInput;
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
  /** What goes wrong, and when. */
  readonly weather: Weather;
  /** Handlers for paths under `/_cloud/`. */
  readonly routes: CloudRoutes;
  /** What roles were refused, and what they are allowed and have not needed so far. */
  iamReport(): IamReport;
  /** The ways laid for messages, and by which of them nothing would get through. */
  wiringReport(): WiringReport;
  /** What of the log was played again at the start. */
  readonly replayed: Replayed;
  close(): Promise<void>;
}

/**
 * Starts a cloud, where its log ends if it has one.
 *
 * Rejects with Node's error when the port is in use, with a LogError when the log cannot be played again, and with a
 * PlanError for a plan that is none.
 */
export async function startCloud(given: CloudOptions = {}): Promise<Cloud> {
  const options = { ...given, ...given.log?.settings };
  const persistence = new Persistence(options.log);
  const kernel = createKernel({ ...options, outside: persistence.outside });
  const credentials = new Credentials(kernel.ids);
  const iam = createIam(kernel, credentials);
  const { enforceIam: enforce = true, machineTime = Date.now } = options;
  const access = new Access({ kernel, credentials, iam, enforce, directory: () => directory });
  let endpoint = '';
  const { services, applications, traffic } = createServices(kernel, access, iam, () => endpoint);
  const directory = createDirectory(kernel, services);
  const dispatcher = new Dispatcher({
    kernel,
    authenticator: new Authenticator({ credentials, now: () => kernel.clock.now(), enforce }),
    actionOf,
    validatorOf,
    registry: new ServiceRegistry(Object.values<Service>(services)),
    authorise: (call, input, unsigned) => access.check(call, input, unsigned),
    onBug: logBug,
  });
  const routes = new CloudRoutes();
  addControls(routes, kernel);
  addApplicationControls(routes, applications);
  const requestIds = new RequestIds(options.seed ?? 1);
  const proxy = createNetwork({ ec2: services.ec2, applications });
  const ready = Promise.withResolvers<undefined>();
  const wireParts = { kernel, machineTime, requestIds, dispatcher, routes, proxy, ready: ready.promise };
  const wire = await listen(wireParts, options.port ?? 0);
  endpoint = wire.endpoint;
  if (options.weather !== undefined) kernel.weather.follow(options.weather);
  const close = async () => {
    await services.lambda.close();
    await wire.close();
    await persistence.close();
  };
  const replayed = await persistence.carryOn(kernel, wire.playAgain).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  ready.resolve(undefined);
  return {
    endpoint,
    kernel,
    clock: kernel.clock,
    credentials,
    services,
    applications,
    traffic,
    weather: kernel.weather,
    routes,
    iamReport: () => access.report(),
    wiringReport: wiringReporter(kernel, services, access),
    replayed,
    close,
  };
}

function logBug(error: unknown, operation: string): void {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`The local cloud failed in ${operation}: ${trace}\n`);
}
