/** Identifiers and chance, all from one seed: the same seed gives the same run. */
export interface Ids {
  /** `hex(17)` → 17 hexadecimal digits, the length of EC2's identifiers. */
  readonly hex: (length: number) => string;
  /** A version 4 UUID. */
  readonly uuid: () => string;
  readonly bytes: (length: number) => Buffer;
  /** Letters and digits, upper case: the form of access keys and generated names. */
  readonly alphanumeric: (length: number) => string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** How far it has drawn: equal when the same was drawn from the same seed. */
  readonly state: () => number;
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export function seededIds(seed: number): Ids {
  let draws = 0;
  const next = mulberry32(seed);
  const random = () => {
    draws++;
    return next();
  };
  const pick = (alphabet: string) => alphabet.charAt(Math.floor(random() * alphabet.length));
  const many = (length: number, alphabet: string) => {
    let text = '';
    for (let i = 0; i < length; i++) text += pick(alphabet);
    return text;
  };
  const hex = (length: number) => many(length, '0123456789abcdef');
  return {
    hex,
    random,
    state: () => draws,
    bytes: (length) => Buffer.from(hex(2 * length), 'hex'),
    alphanumeric: (length) => many(length, ALPHANUMERIC),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${many(1, '89ab')}${hex(3)}-${hex(12)}`,
  };
}

/** Tommy Ettinger's mulberry32, public domain: 32 bits of state are plenty for names and noise. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
