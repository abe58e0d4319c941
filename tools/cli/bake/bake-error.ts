export type BakeStep =
  'source' | 'clone' | 'customise' | 'strip' | 'checks' | 'database' | 'image' | 'publish';

/** Why there is no image: the step, the reason, and what the failing command said. */
export class BakeError extends Error {
  override readonly name = 'BakeError';
  readonly step: BakeStep;

  constructor(step: BakeStep, reason: string, output = '') {
    super(`${step}: ${reason}${output.trim() === '' ? '' : `\n${output.trimEnd()}`}`);
    this.step = step;
  }
}
