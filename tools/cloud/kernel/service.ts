import type { Account } from './account.ts';
import type { Clock } from './clock.ts';
import type { Ids } from './ids.ts';
import type { Journal } from './journal.ts';
import type { Outside } from './outside.ts';
import type { ServiceEvents } from './service-events.ts';
import type { Workers } from './workers.ts';
import type { Weather } from '../weather/weather.ts';

/** What every service of the cloud is given. */
export interface Kernel {
  readonly account: Account;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Where services tell the default event bus what happened (`aws.autoscaling`, `aws.ec2`, …). */
  readonly events: ServiceEvents;
  /** Where inputs come in that no seed decides. */
  readonly outside: Outside;
  /** What an outside observer of the cloud may know: the source of timelines, reports and invariants. */
  readonly journal: Journal;
  /** What goes wrong, by plan: asked by whoever can be struck. */
  readonly weather: Weather;
  /** Who holds time while it works, and may have to wait for it. */
  readonly workers: Workers;
}

/** Who makes a call. */
export type Principal =
  /** The account's own credentials: whoever runs the AWS CLI or `sls`. Everything is allowed. */
  | { readonly kind: 'account' }
  /** A user of IAM's, by an access key. */
  | { readonly kind: 'user'; readonly userName: string }
  /**
   * A role's temporary credentials, `session` being the role session's name. Documents of session policies narrow what
   * the role may do.
   */
  | {
      readonly kind: 'role';
      readonly roleName: string;
      readonly session: string;
      readonly sessionPolicies?: readonly string[];
    }
  /** Nobody has signed. */
  | { readonly kind: 'anonymous' }
  /** An AWS service acting for the account (`events.amazonaws.com`), on behalf of the resource `sourceArn`. */
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn: string };

/** The circumstances of one API call. */
export interface Call {
  /** IAM's prefix of the service: `autoscaling`, `cloudwatch`, `ec2`. */
  readonly service: string;
  readonly operation: string;
  readonly principal: Principal;
  /** Of the keys that the call was signed with; absent where the cloud itself calls, or nobody signed. */
  readonly accessKeyId?: string;
  readonly requestId: string;
  /** Where the caller reached the cloud, `http://127.0.0.1:4566`: what URLs in replies begin with. */
  readonly endpoint: string;
}

type CommandInput<Method> = Method extends (
  args: infer Input,
  options: infer _Options,
  callback: (error: unknown, data?: infer _Output) => void,
) => void
  ? Input
  : never;

type CommandOutput<Method> = Method extends (
  args: infer _Input,
  options: infer _Options,
  callback: (error: unknown, data?: infer Output) => void,
) => void
  ? Omit<NonNullable<Output>, '$metadata'>
  : never;

type OperationName<Client> = {
  [Method in keyof Client & string]: Client[Method] extends (
    args: never,
    options: never,
    callback: (error: unknown, data?: never) => void,
  ) => void
    ? Method extends 'send' | 'destroy' | `paginate${string}` | `waitUntil${string}`
      ? never
      : Method
    : never;
}[keyof Client & string];

/**
 * The operations a service answers, typed by its SDK client: `Operations<AutoScaling>` maps
 * `DescribeAutoScalingGroups` to a function from that command's input to its output. An operation that is left
 * out is answered with 501 and its name.
 */
export type Operations<Client> = {
  [Method in OperationName<Client> as Capitalize<Method>]?: (
    input: CommandInput<Client[Method]>,
    call: Call,
  ) => CommandOutput<Client[Method]> | Promise<CommandOutput<Client[Method]>>;
};

/**
 * What comes of an operation. `real`: other calls, other services or time take the consequences. `record`: it is kept
 * and told again, and nothing acts on it. `refused`: it is there to say no in words of its own.
 */
export type Standing = 'real' | 'record' | 'refused';

/** The standing of each operation that a service has, by names that its SDK client knows. */
export type StandingOf<Client> = { readonly [Name in keyof Operations<Client>]?: Standing };

/** A service as the wire sees it: the SDK client whose schemas describe it, and the operations it answers. */
export interface Service {
  /** Package of the SDK client: `@aws-sdk/client-auto-scaling`. */
  readonly client: string;
  /** What comes of each of its operations: of no more and no fewer. */
  readonly standing: Readonly<Record<string, Standing>>;
  // The wire parses the input by the client's own schema, which is what Operations<Client> is derived from.
  readonly operations: Readonly<Record<string, (input: never, call: Call) => unknown>>;
  /** Operations that may wait for virtual time to pass (`ReceiveMessage`): they do not hold the clock meanwhile. */
  readonly waiting?: ReadonlySet<string>;
  /** Read operations on a copy of the service's state as it is now, for answers that come out of date. */
  readonly readsOfNow?: () => Service['operations'];
}
