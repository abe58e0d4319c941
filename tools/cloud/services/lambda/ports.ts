import type { Delivery } from '../../delivery/index.ts';
import type { Principal } from '../../kernel/index.ts';
import type { MayUseKey } from '../kms/key-use.ts';
import type { LogsService } from '../logs/index.ts';
import type { SqsService } from '../sqs/index.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** What Lambda needs of the rest of the cloud. */
export interface LambdaPorts {
  readonly logs: LogsService;
  readonly sqs: SqsService;
  /** The bytes of an object in S3. @throws AwsError when there is none */
  readonly code: (bucket: string, key: string) => Uint8Array;
  /** Temporary credentials of a role. @throws when Lambda may not assume the role, or there is none */
  readonly credentials: (roleArn: string, session: string) => Credentials;
  readonly authorize: (principal: Principal, action: string, resource: string) => boolean;
  /** For the key that a function's variables are encrypted with. */
  readonly mayUseKey: MayUseKey;
  /** Where the cloud is reached, `http://127.0.0.1:4566`; asked when a function starts. */
  readonly endpoint: () => string;
  /**
   * The forward proxy that stands for a network: of a VPC, or, without one, of the internet as a function
   * outside any VPC sees it. Undefined: no proxy.
   */
  readonly proxy: (
    vpc: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] } | undefined,
  ) => string | undefined;
  /** Destinations and dead-letter targets are reached through it. */
  readonly delivery: Delivery;
}
