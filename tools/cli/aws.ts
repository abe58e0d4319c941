import type { Command } from 'commander';

/** Where a command finds the account: what is not said is taken from the environment, as by the AWS CLI. */
export interface AwsOptions {
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
}

/** Gives a command the AWS CLI's own options. */
export function withAwsOptions(command: Command): Command {
  return command
    .option('--region <name>', 'the AWS region')
    .option('--profile <name>', 'a profile of ~/.aws/config')
    .option('--endpoint-url <url>', 'another endpoint, such as http://127.0.0.1:4566');
}

/** What the SDK's clients are made with. */
export interface ClientConfig {
  readonly region?: string;
  readonly profile?: string;
  readonly endpoint?: string;
}

export function clientConfig({ region, profile, endpointUrl }: AwsOptions): ClientConfig {
  return {
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
  };
}
