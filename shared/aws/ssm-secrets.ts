import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Instant } from '../domain/index.ts';
import { MINUTE } from '../domain/index.ts';
import type { Clock } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { isGone } from './errors.ts';

/** Secrets by name. */
export interface Secrets {
  /** @returns undefined when there is no such secret */
  read(name: string): Promise<string | undefined>;
}

/** How long a secret is kept in memory: a change is seen after that. */
const FRESH = 5 * MINUTE;

/** SecureString parameters of Systems Manager. */
export function ssmSecrets(clock: Clock, client = new SSMClient(CLIENT_OPTIONS)): Secrets {
  const known = new Map<string, { readonly value: string; readonly readAt: Instant }>();
  return {
    read: async (name) => {
      const remembered = known.get(name);
      if (remembered !== undefined && clock.now() - remembered.readAt < FRESH) return remembered.value;
      try {
        const { Parameter } = await client.send(
          new GetParameterCommand({ Name: name, WithDecryption: true }),
        );
        const value = Parameter?.Value;
        if (value !== undefined) known.set(name, { value, readAt: clock.now() });
        return value;
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
  };
}
