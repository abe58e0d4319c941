import type { Access } from './iam/access.ts';
import type { Kernel, Service } from './kernel/index.ts';
import { AwsError } from './kernel/index.ts';
import { Courier, Delivery, logGroupTarget } from './delivery/index.ts';
import { proxyUrl } from './network.ts';
import type { AlarmOfPolicy, AutoScalingPorts } from './services/auto-scaling/index.ts';
import { createAutoScaling } from './services/auto-scaling/index.ts';
import { createCloudFormation } from './services/cloudformation/index.ts';
import type { CloudWatchService } from './services/cloudwatch/index.ts';
import { createCloudWatch } from './services/cloudwatch/index.ts';
import { measureServices } from './services/cloudwatch/service-metrics.ts';
import { createDynamoDb } from './services/dynamodb/index.ts';
import type { Ec2Service } from './services/ec2/index.ts';
import { createEc2 } from './services/ec2/index.ts';
import { createEfs } from './services/efs/index.ts';
import { createEcr } from './services/ecr/index.ts';
import type { ElbService } from './services/elb/index.ts';
import { createElb } from './services/elb/index.ts';
import { createEventBridge } from './services/eventbridge/index.ts';
import type { IamService } from './services/iam/index.ts';
import type { KmsService } from './services/kms/index.ts';
import { createKms } from './services/kms/index.ts';
import type { MayUseKey } from './services/kms/key-use.ts';
import { keyUse } from './services/kms/key-use.ts';
import type { LambdaService } from './services/lambda/index.ts';
import { createLambda } from './services/lambda/index.ts';
import { createLogs } from './services/logs/index.ts';
import { createRds } from './services/rds/index.ts';
import { createS3 } from './services/s3/index.ts';
import { createSecretsManager } from './services/secrets-manager/index.ts';
import { createServiceDiscovery } from './services/service-discovery/index.ts';
import { createScheduler } from './services/scheduler/index.ts';
import { createSns } from './services/sns/index.ts';
import { createSqs } from './services/sqs/index.ts';
import { ParameterStore, createSsm } from './services/ssm/index.ts';
import { createSts } from './services/sts/index.ts';
import { createWaf } from './services/waf/index.ts';
import { Applications } from './simulation/applications.ts';
import { Disks } from './simulation/disks.ts';
import { Shell } from './simulation/shell.ts';
import { Traffic } from './simulation/traffic.ts';
import { exposeFleet } from './weather/fleet/happenings.ts';
import { checked } from './wire/checked.ts';

export type CloudServices = ReturnType<typeof createServices>['services'];

/**
 * The services, each made once, after those it calls; what goes the other way goes by `kernel.events` and
 * {@link Delivery}. A new service is a line in one of these functions.
 *
 * @param endpoint where the cloud is reached, asked when it is needed
 */
export function createServices(kernel: Kernel, access: Access, iam: IamService, endpoint: () => string) {
  const delivery = new Delivery(access.authorize);
  const courier = new Courier(kernel, delivery, access.assumeRole);
  const compute = createCompute(kernel, courier, async (functionName, payload, sourceArn) => {
    const from = { kind: 'service', service: 'autoscaling.amazonaws.com', sourceArn } as const;
    const { error, payload: answer } = await lambda.invokeSync({ functionName, payload, from });
    if (error !== undefined) throw functionError(error);
    return answer;
  });
  const storage = { s3: createS3(kernel), dynamoDb: createDynamoDb(kernel), kms: createKms(kernel) };
  const mayUseKey = keyUse((key) => storage.kms.key(key), access.authorize);
  const messaging = {
    sqs: createSqs(kernel, { delivery, authorize: access.authorize, mayUseKey }),
    sns: createSns(kernel, {
      courier,
      delivery,
      authorize: access.authorize,
      mayUseKey,
    }),
    eventBridge: createEventBridge(kernel, { courier, delivery }),
    scheduler: createScheduler(kernel, { courier, assumeRole: access.assumeRole }),
  };
  measureServices(kernel, compute.services.cloudWatch.metrics, messaging.sqs.measured);
  const logs = createLogs(kernel, { mayUseKey, metrics: compute.services.cloudWatch.metrics });
  delivery.register('logs', logGroupTarget(logs));
  const lambda = createLambda(kernel, {
    logs,
    sqs: messaging.sqs,
    delivery,
    authorize: access.authorize,
    mayUseKey,
    endpoint,
    credentials: access.lambdaCredentials,
    code: (bucket, key) => storage.s3.object(bucket, key),
    proxy: (vpc) => proxyUrl(endpoint(), vpc),
  });
  const data = createData(kernel, access, { mayUseKey, lambda, kms: storage.kms, ...compute.services });
  const { autoScaling } = compute.services;
  delivery.register('autoscaling', (policyArn, { body }) => {
    autoScaling.onPolicyAction(policyArn, JSON.parse(body) as AlarmOfPolicy);
  });
  const sts = createSts(kernel, { credentials: access.credentials, iam });
  const provided = { iam, logs, lambda, ...data, ...storage, ...messaging, ...compute.services };
  // Templates are held to the models like any caller of an API.
  const held = Object.entries<Service>(provided).map(([name, service]) => [name, checked(service)]);
  const cloudFormation = createCloudFormation(kernel, Object.fromEntries(held) as typeof provided);
  const services = { ...provided, sts, ecr: createEcr(kernel), cloudFormation };
  return { services, applications: compute.applications, traffic: compute.traffic };
}

function functionError({ errorType, errorMessage }: { errorType: string; errorMessage: string }): AwsError {
  return new AwsError('FunctionError', `${errorType}: ${errorMessage}`);
}

/** Who calls rotation functions. */
function rotator(sourceArn: string) {
  return { kind: 'service', service: 'secretsmanager.amazonaws.com', sourceArn } as const;
}

/** What {@link createData} works with. */
interface DataPorts {
  readonly mayUseKey: MayUseKey;
  readonly lambda: Pick<LambdaService, 'invokeSync'>;
  readonly kms: KmsService;
  readonly ec2: Ec2Service;
  readonly elb: ElbService;
  readonly cloudWatch: Pick<CloudWatchService, 'metrics'>;
}

/** Databases, the secrets that open them, file systems, and what guards the way to all that. */
function createData(kernel: Kernel, access: Access, on: DataPorts) {
  const secretsManager = createSecretsManager(kernel, {
    mayUseKey: on.mayUseKey,
    mayInvoke: (functionArn, secretArn) =>
      access.authorize(rotator(secretArn), 'lambda:InvokeFunction', functionArn),
    invoke: async (functionName, payload, secretArn) => {
      const { error } = await on.lambda.invokeSync({ functionName, payload, from: rotator(secretArn) });
      if (error !== undefined) throw functionError(error);
    },
  });
  const { ec2, kms, cloudWatch } = on;
  const rds = createRds(kernel, { ec2, kms, metrics: cloudWatch.metrics, secrets: secretsManager });
  const efs = createEfs(kernel, { ec2 });
  const waf = createWaf(kernel, { exists: (arn) => on.elb.hasLoadBalancer(arn) });
  const serviceDiscovery = createServiceDiscovery(kernel, { ec2 });
  return { secretsManager, rds, efs, waf, serviceDiscovery };
}

/** Instances, what runs on them, what balances load between them, and what measures and scales them. */
function createCompute(kernel: Kernel, courier: Courier, invoke: AutoScalingPorts['invoke']) {
  const parameters = new ParameterStore(kernel);
  const ec2 = createEc2(kernel, { parameters });
  const applications = new Applications(kernel, ec2);
  const shell = new Shell(kernel, applications, new Disks(ec2));
  const elb = createElb(kernel, { ec2, applications });
  const cloudWatch = createCloudWatch(kernel, { courier });
  const traffic = new Traffic(kernel, { elb, applications, metrics: cloudWatch.metrics });
  const autoScaling = createAutoScaling(kernel, {
    ec2,
    elb,
    courier,
    metrics: cloudWatch.metrics,
    alarms: cloudWatch.alarms,
    invoke,
  });
  const ssm = createSsm(kernel, { parameters, ec2, shell });
  exposeFleet(kernel, { ec2, autoScaling, applications });
  return { applications, traffic, services: { ec2, elb, cloudWatch, autoScaling, ssm } };
}
