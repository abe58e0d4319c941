import { neededFor } from './needed.ts';
import { usefulLoad } from './setting.ts';
import type { Run } from './simulate.ts';

/** Whether a minute had more load than s·C·u, by the same rounding as what is needed: exactly enough is enough. */
export function isViolation({ trace, inService, setting }: Run, minute: number): boolean {
  return neededFor(trace.load[minute] ?? 0, usefulLoad(setting), 0) > (inService[minute] ?? 0);
}
