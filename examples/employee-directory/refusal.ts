/** A request that is not done, and what its user can do about it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly statusCode: number;
  readonly advice: string;

  constructor(statusCode: number, message: string, advice: string) {
    super(message);
    this.statusCode = statusCode;
    this.advice = advice;
  }
}
