/** A figure at its least, as it usually is, and at its most. */
export interface Levels {
  readonly min: number;
  readonly typical: number;
  readonly max: number;
}

export const LEVELS = ['min', 'typical', 'max'] as const;

export function always(value: number): Levels {
  return { min: value, typical: value, max: value };
}

export function each(of: (level: keyof Levels) => number): Levels {
  return { min: of('min'), typical: of('typical'), max: of('max') };
}

export function times(levels: Levels, factor: number): Levels {
  return each((level) => levels[level] * factor);
}

export function sum(all: readonly Levels[]): Levels {
  return each((level) => all.reduce((total, levels) => total + levels[level], 0));
}
