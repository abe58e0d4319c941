import type { Kernel, Service } from '../kernel/index.ts';
import { AwsError } from '../kernel/index.ts';

type Members = Readonly<Record<string, unknown>>;

/** Asks a service as the account would; undefined where it has no such thing. */
export type Ask = (service: Service, operation: string, input: object) => Members | undefined;

/** Asks services by their own operations, which all answer these questions at once. */
export function asking({ account }: Kernel): Ask {
  return (service, operation, input) => {
    const call = {
      service: '',
      operation,
      principal: { kind: 'account' },
      requestId: '',
      endpoint: `https://${account.region}.amazonaws.com`,
    } as const;
    try {
      return service.operations[operation]?.(input as never, call) as Members | undefined;
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  };
}
