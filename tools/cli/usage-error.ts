/** What the user can put right: one clear line, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
