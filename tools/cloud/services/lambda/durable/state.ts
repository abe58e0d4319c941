import type { Operation } from '@aws-sdk/client-lambda';
import { hasEnded } from './updates.ts';

/** Operations on one page of a state. */
const PAGE = 1000;

/**
 * The operations that a replay needs: those inside a context that has ended are left out, unless it asked to
 * have its children replayed.
 */
export function replayedOperations(operations: ReadonlyMap<string, Operation>): Operation[] {
  const isHidden = (operation: Operation): boolean => {
    const parent = operations.get(operation.ParentId ?? '');
    if (parent === undefined) return false;
    const isClosed =
      parent.Type === 'CONTEXT' && hasEnded(parent) && parent.ContextDetails?.ReplayChildren !== true;
    return isClosed || isHidden(parent);
  };
  return [...operations.values()].filter((operation) => !isHidden(operation));
}

/** One page of a state. `marker` is the position of the first. */
export function statePage(
  operations: ReadonlyMap<string, Operation>,
  marker = '0',
  size = PAGE,
): { Operations: Operation[]; NextMarker?: string } {
  const all = replayedOperations(operations);
  const end = Number(marker) + size;
  return {
    Operations: all.slice(Number(marker), end),
    ...(end < all.length && { NextMarker: String(end) }),
  };
}

/** Whether an execution that suspended has anything to wait for. */
export function isWaiting(operations: ReadonlyMap<string, Operation>): boolean {
  return [...operations.values()].some(
    ({ Type, Status }) =>
      Status === 'PENDING' ||
      (Status === 'STARTED' && (Type === 'WAIT' || Type === 'CALLBACK' || Type === 'CHAINED_INVOKE')),
  );
}
