import type { Decision } from '../domain/index.ts';
import type { Occasion } from '../policy/scaling/index.ts';
import { decideCapacity, idOfSame } from '../policy/scaling/index.ts';
import type { CloserPorts } from './look-closer.ts';
import { lookAtEach, lookCloser } from './look-closer.ts';
import type { Seen } from './observe-fleet.ts';

/** A decision, and what it was made from. */
interface Judged {
  readonly decision: Decision;
  readonly closest: Seen;
}

/** A closer look can only speak against a change: it is spared where there is none to make. */
export async function decideInTwoLooks(glance: Seen, occasion: Occasion, on: CloserPorts): Promise<Judged> {
  const first = decideBoth(glance, occasion);
  if (first.action === 'hold' && (first.shadow?.action ?? 'hold') === 'hold')
    return { decision: first, closest: glance };
  const closest = await lookCloser(glance, on);
  return { decision: decideBoth(closest, occasion), closest };
}

/**
 * The decision that is carried out. Where instances are to go, each is looked at before it is said which. One that an
 * earlier attempt has recorded keeps its id.
 */
export async function decideAsOnlyWriter(seen: Seen, occasion: Occasion, on: CloserPorts): Promise<Judged> {
  const closer = await lookCloser(seen, on);
  const wants = decideBoth(closer, occasion);
  const closest = wants.victims.length === 0 ? closer : await lookAtEach(closer, on);
  const decided = decideBoth(closest, occasion);
  const id = idOfSame(decided, closest.situation.world) ?? decided.id;
  return { decision: { ...decided, id }, closest };
}

/** The decision of the policy that acts, with what the one beside it would have done. */
function decideBoth({ situation, shadow }: Seen, occasion: Occasion): Decision {
  const decision = decideCapacity(situation, occasion);
  if (shadow === undefined) return decision;
  const { action, to, reasons, inputs, forecasts } = decideCapacity(shadow, occasion);
  return { ...decision, shadow: { action, to, reasons, inputs, ...(forecasts && { forecasts }) } };
}
