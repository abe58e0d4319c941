import { AwsError } from '../../kernel/index.ts';

export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInput', message);
}

export function inUse(message: string): AwsError {
  return new AwsError('ResourceInUse', message);
}

export function notFound(kind: 'Namespace' | 'Service' | 'Instance' | 'Operation', id: string): AwsError {
  return new AwsError(`${kind}NotFound`, `${kind} with ID '${id}' was not found.`);
}
