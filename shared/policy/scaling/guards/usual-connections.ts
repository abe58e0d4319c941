import type { Database } from '../../../domain/index.ts';

const GIB = 2 ** 30;

/** GiB of the size `large`, by how the names of families begin: t3, t4g, m6i, r7g, x2g … */
const LARGE: readonly (readonly [family: RegExp, gib: number])[] = [
  [/^t[2-9]/, 8],
  [/^m[4-9]/, 8],
  [/^r[4-9]/, 16],
  [/^x2g/, 32],
];

const SIZES: Readonly<Record<string, number>> = {
  micro: 1 / 8,
  small: 1 / 4,
  medium: 1 / 2,
  large: 1,
  xlarge: 2,
};

/**
 * How many connections a DB instance takes as it comes: the default of `max_connections` by engine and memory. A
 * parameter group may say otherwise.
 *
 * @returns undefined for a class or an engine of which that is not known
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
 */
export function usualConnections({ engine, type }: Database): number | undefined {
  const memory = memoryOf(type);
  const formula = FORMULAS.find(([name]) => name.test(engine))?.[1];
  return memory === undefined || formula === undefined ? undefined : Math.floor(formula(memory));
}

/** Aurora's own engines before those that they are compatible with. */
const FORMULAS: readonly (readonly [engine: RegExp, connections: (bytes: number) => number])[] = [
  [
    /^aurora-mysql/,
    (bytes) => Math.max(Math.log2(bytes / 805_306_368) * 45, Math.log2(bytes / 8_187_281_408) * 1000),
  ],
  [/^mysql/, (bytes) => bytes / 12_582_880],
  [/^mariadb/, (bytes) => Math.min(bytes / 25_165_760, 12_000)],
  [/postgres/, (bytes) => Math.min(bytes / 9_531_392, 5000)],
  [/^oracle/, (bytes) => Math.min(bytes / 9_868_951, 20_000)],
  [/^sqlserver/, () => 32_767],
];

/**
 * What engines reckon with, `DBInstanceClassMemory`, is less than what the class is sold with: operating system and RDS
 * take theirs. Instances of 1 to 16 GiB show so much.
 */
function memoryOf(type: string): number | undefined {
  const [, family = '', size = ''] = /^db\.([a-z0-9-]+)\.([a-z0-9]+)$/.exec(type) ?? [];
  const large = LARGE.find(([name]) => name.test(family))?.[1];
  const many = /^(\d+)xlarge$/.exec(size)?.[1];
  const times = many === undefined ? SIZES[size] : 2 * Number(many);
  return large === undefined || times === undefined ? undefined : (0.96 * large * times - 0.25) * GIB;
}
