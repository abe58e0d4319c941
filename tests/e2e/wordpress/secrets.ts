import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { IAM } from '@aws-sdk/client-iam';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { STS } from '@aws-sdk/client-sts';
import { startCloud, type Cloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import { pace, type Pace } from '../../../tools/cloud/kernel/pace.ts';
import { REGION, type AccessKeys } from './aws.ts';

const ROLE = 'instance';

/** The local cloud's Secrets Manager, and a role that may read what an instance of `wordpress` may. */
export class Secrets {
  readonly #cloud: Cloud;
  readonly #pace: Pace;
  readonly #client: SecretsManager;
  readonly #iam: IAM;

  private constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#pace = pace(cloud.clock, 1);
    this.#client = new SecretsManager(this.#config);
    this.#iam = new IAM(this.#config);
  }

  static async start(): Promise<Secrets> {
    return new Secrets(await startCloud({ start: Date.now(), region: REGION }));
  }

  /** @returns its ARN */
  async create(Name: string, SecretString: string): Promise<string> {
    const { ARN = '' } = await this.#client.createSecret({ Name, SecretString });
    return ARN;
  }

  /** A new version, current at once unless another stage is said. @returns its id */
  async put(SecretId: string, SecretString: string, stage = 'AWSCURRENT'): Promise<string> {
    const put = { SecretId, SecretString, VersionStages: [stage] };
    return (await this.#client.putSecretValue(put)).VersionId ?? '';
  }

  /** Keys as an instance has them whose role may read these secrets. */
  async keysToRead(arns: readonly string[]): Promise<AccessKeys> {
    const { Role } = await this.#iam.createRole({
      RoleName: ROLE,
      AssumeRolePolicyDocument: policy({ Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
    });
    for (const arn of arns) await this.allowToRead(arn);
    const sts = new STS(this.#config);
    const { Credentials } = await sts.assumeRole({ RoleArn: Role?.Arn, RoleSessionName: ROLE });
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    sts.destroy();
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  }

  async allowToRead(arn: string): Promise<void> {
    await this.#iam.putRolePolicy({
      RoleName: ROLE,
      PolicyName: arn.split(':').at(-1),
      PolicyDocument: policy({ Action: 'secretsmanager:GetSecretValue', Resource: arn }),
    });
  }

  /** Passes a request on as it is: its signature is for the name that it was sent to. */
  readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { method, url, headers } = request;
    const passed = ask(this.#cloud.endpoint, { method, path: url, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.once('error', () => response.destroy());
    request.pipe(passed);
  };

  async stop(): Promise<void> {
    this.#client.destroy();
    this.#iam.destroy();
    await this.#pace.stop();
    await this.#cloud.close();
  }

  get #config() {
    return { region: REGION, endpoint: this.#cloud.endpoint, credentials: ACCOUNT_KEYS };
  }
}

const policy = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
