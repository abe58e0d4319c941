import type { Seconds } from '../domain/index.ts';
import type { Commands, Ledger } from '../ports/index.ts';

const KEEP: Seconds = 3 * 24 * 3600;

/**
 * Sends a command that must not run twice. Systems Manager takes no token that would prevent it, so the mark is
 * claimed first: whoever finds it claimed may have sent the command and not learned of it, and looks for it.
 *
 * @param mark unique for what the command is for; it stands in the command's comment, so at most 100 characters
 * @param mayTake how long it may run on the instance, where that is more than an hour
 * @returns the command's id, or undefined when the instance cannot take it
 */
export async function sendOnce(
  instance: string,
  command: string,
  mark: string,
  { commands, ledger }: { readonly commands: Commands; readonly ledger: Pick<Ledger, 'claim' | 'isClaimed'> },
  mayTake?: Seconds,
): Promise<string | undefined> {
  if (await isMarked(mark, ledger)) {
    const sent = await commands.find(instance, mark);
    if (sent !== undefined) return sent;
  }
  return commands.send(instance, command, mark, mayTake);
}

/** When the ledger cannot be read the command may have been sent as well. */
async function isMarked(mark: string, ledger: Pick<Ledger, 'claim' | 'isClaimed'>): Promise<boolean> {
  try {
    if (await ledger.isClaimed(`command#${mark}`)) return true;
    await ledger.claim(`command#${mark}`, mark, KEEP);
    return false;
  } catch {
    return true;
  }
}
