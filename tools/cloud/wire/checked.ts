import type { Service } from '../kernel/index.ts';
import { AwsError } from '../kernel/index.ts';
import { serviceModel } from './model/service-model.ts';
import { refusal } from './protocols/refusal.ts';
import { validatorOf } from './validate.ts';

/** A service that checks inputs as the wire does, for callers inside the cloud. */
export function checked<S extends Pick<Service, 'client' | 'operations'>>(service: S): Pick<S, 'operations'> {
  const operations = Object.entries(service.operations).map(([name, answer]) => [
    name,
    (...[input, call]: Parameters<typeof answer>) => {
      checkInput(service.client, name, input);
      return answer(input, call);
    },
  ]);
  return { operations: Object.fromEntries(operations) as S['operations'] };
}

function checkInput(client: string, operation: string, input: unknown): void {
  const model = serviceModel(client);
  const shape = model.operations.get(operation)?.input;
  if (shape?.kind !== 'structure') return;
  const problems = validatorOf(client).problems(shape, input);
  if (problems.length === 0) return;
  throw refusal(model, problems, (message) => new AwsError('SerializationException', message));
}
