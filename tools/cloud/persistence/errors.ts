/** A log cannot be used; the message names the file, the place and the mend, in one line. */
export class LogError extends Error {
  override readonly name = 'LogError';
}
