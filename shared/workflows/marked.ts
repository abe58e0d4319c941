import type { Fleet } from '../domain/index.ts';
import { DO_NOT_TOUCH } from '../domain/index.ts';
import type { Instances } from '../ports/index.ts';

export interface MarkedPorts {
  readonly instances: Pick<Instances, 'tagged'>;
}

/** Instances that their owner has marked as not to be touched, whatever else asks for it. */
export function markedIn(
  group: string,
  { doNotTouch }: Pick<Fleet, 'doNotTouch'>,
  { instances }: MarkedPorts,
): Promise<ReadonlySet<string>> {
  return instances.tagged(group, doNotTouch ?? DO_NOT_TOUCH);
}
