/** What the user can put right: one clear line that names it and the mend; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
