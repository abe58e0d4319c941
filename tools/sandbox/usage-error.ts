/** Something the user typed or gave cannot be used. The message names it and the mend; the exit code is 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
