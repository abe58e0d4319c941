import type { LifecycleAction, Seconds, Skip } from '../domain/index.ts';
import { skip } from '../domain/index.ts';
import type { Ledger } from '../ports/index.ts';

/** Work on an instance that stands in a lifecycle hook. */
export type HookWork = 'admission' | 'drain';

/** Kept longer than the work may take, so that whoever looks in between finds it taken. */
const SLACK: Seconds = 600;

/** Stands before the owner of work that was found by looking, and whose token is not known. */
const FOUND = 'found ';

/** The mark that some execution works on the instance: what reconciliation looks for. */
export function workMark(work: HookWork, instance: string): string {
  return `${work}#${instance}`;
}

/**
 * Makes sure that one execution serves a lifecycle action: claimed by its token, so that doubled events find it
 * taken, and by its instance, so that reconciliation, which knows no tokens, does as well.
 *
 * An earlier token's mark on the same instance does not hinder: replacing a root volume ends and starts an instance
 * under one id. When the ledger cannot be read the work goes on, since everything in it may be done twice and an
 * instance that nobody serves is lost.
 *
 * @param execution who claims: the same in each replay
 * @param within how long the work may take
 */
export async function claimHookWork(
  work: HookWork,
  action: LifecycleAction,
  execution: string,
  within: Seconds,
  ledger: Pick<Ledger, 'claim'>,
): Promise<'claimed' | Skip> {
  const mark = workMark(work, action.instance);
  const keep = within + SLACK;
  const taken = skip('ALREADY_DONE', `${mark} is in other hands`);
  try {
    if (action.token === '') {
      const claim = await ledger.claim(mark, `${FOUND}${execution}`, keep);
      return claim === 'claimed' ? claim : taken;
    }
    if ((await ledger.claim(`${mark}#${action.token}`, execution, keep)) !== 'claimed') return taken;
    const other = await ledger.claim(mark, execution, keep);
    return other !== 'claimed' && other.owner.startsWith(FOUND) ? taken : 'claimed';
  } catch {
    return 'claimed';
  }
}
