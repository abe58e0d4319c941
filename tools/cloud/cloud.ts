import { actionOf } from './iam/actions.ts';
import { Courier, Delivery, serviceRoles } from './delivery/index.ts';
import type { Clock, Kernel, KernelOptions, Service } from './kernel/index.ts';
import { Credentials, createKernel, seededIds } from './kernel/index.ts';
import { createCloudFormation } from './services/cloudformation/index.ts';
import { createCloudWatch } from './services/cloudwatch/index.ts';
import { createDynamoDb } from './services/dynamodb/index.ts';
import { createEventBridge } from './services/eventbridge/index.ts';
import { createKms } from './services/kms/index.ts';
import { createLambda } from './services/lambda/index.ts';
import { createIam } from './services/iam/index.ts';
import { createLogs } from './services/logs/index.ts';
import { createS3 } from './services/s3/index.ts';
import { createScheduler } from './services/scheduler/index.ts';
import { createSns } from './services/sns/index.ts';
import { createSqs } from './services/sqs/index.ts';
import { createSts } from './services/sts/index.ts';
import { Dispatcher } from './wire/dispatcher.ts';
import type { Proxy } from './wire/proxy.ts';
import { ServiceRegistry } from './wire/registry.ts';
import { CloudRoutes } from './wire/routes.ts';
import { listen } from './wire/server.ts';

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
  /** Handlers for paths under `/_cloud/`. */
  readonly routes: CloudRoutes;
  close(): Promise<void>;
}

export type CloudServices = ReturnType<typeof createServices>;

/** Starts a cloud. Rejects with Node's error when the port is in use. */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const kernel = createKernel(options);
  const credentials = new Credentials(kernel.ids);
  let endpoint = '';
  const services = createServices(kernel, credentials, () => endpoint);
  const routes = new CloudRoutes();
  const dispatcher = new Dispatcher({
    kernel,
    credentials,
    registry: new ServiceRegistry(Object.values<Service>(services)),
    authorise: () => undefined,
    actionOf,
    onBug: logBug,
  });
  const proxy = (): Proxy | undefined => undefined;
  const parts = { kernel, requestIds: seededIds(options.seed ?? 1), dispatcher, routes, proxy };
  const wire = await listen(parts, options.port ?? 0);
  endpoint = wire.endpoint;
  const close = async () => {
    await services.lambda.close();
    await wire.close();
  };
  return { endpoint, close, kernel, clock: kernel.clock, credentials, services, routes };
}

/** Each service once, after those it calls. What goes the other way goes by `kernel.events`. */
function createServices(kernel: Kernel, credentials: Credentials, endpoint: () => string) {
  const delivery = new Delivery();
  const authorize = () => true;
  const sts = createSts(kernel, { credentials });
  const iam = createIam(kernel);
  const assumeRole = serviceRoles((role) => iam.role(role)?.trust);
  const courier = new Courier(kernel, delivery, assumeRole);
  const cloudwatch = createCloudWatch(kernel, { courier });
  const eventbridge = createEventBridge(kernel, { courier, delivery });
  const scheduler = createScheduler(kernel, { courier, assumeRole });
  const sns = createSns(kernel, { courier, delivery });
  const s3 = createS3(kernel);
  const kms = createKms(kernel);
  const dynamodb = createDynamoDb(kernel);
  const logs = createLogs(kernel);
  const sqs = createSqs(kernel, { delivery, authorize });
  const lambda = createLambda(kernel, {
    logs,
    sqs,
    delivery,
    authorize,
    endpoint,
    credentials: (roleArn, session) =>
      credentials.issue({ kind: 'role', roleName: roleArn.slice(roleArn.lastIndexOf('/') + 1), session }),
    code: (bucket, key) => s3.object(bucket, key),
    proxy: () => endpoint(),
  });
  const provided = { sts, iam, s3, logs, sqs, lambda, cloudwatch, eventbridge, scheduler, sns, kms, dynamodb };
  return { ...provided, cloudformation: createCloudFormation(kernel, provided) };
}

function logBug(error: unknown, operation: string): void {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`The local cloud failed in ${operation}: ${trace}\n`);
}
