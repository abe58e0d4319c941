import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generatedLoad, LOAD_NAMES } from '../../tools/backtest/loads/index.ts';
import type { MinuteTrace } from '../../tools/backtest/trace/index.ts';
import { readMinutes } from '../../tools/backtest/trace/index.ts';

/** Where real loads are looked for when nobody says: beside the project, of which they are no part. */
export const BESIDE = resolve(import.meta.dirname, '..', '..', '..', 'shared', 'traces');

/** A load by what it takes to have it: small enough to be handed to another thread. */
export type LoadRef =
  | { readonly kind: 'real'; readonly file: string }
  | { readonly kind: 'generated'; readonly name: string; readonly seed: number };

/** All loads of a folder of CSV files, if there is one, and all that are generated, from a seed. */
export function allLoads(folder: string, seed: number): readonly LoadRef[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.csv')) : [];
  return [
    ...files.sort().map((name): LoadRef => ({ kind: 'real', file: join(folder, name) })),
    ...LOAD_NAMES.map((name): LoadRef => ({ kind: 'generated', name, seed })),
  ];
}

export async function loadOf(ref: LoadRef): Promise<MinuteTrace> {
  return ref.kind === 'real' ? readMinutes(ref.file) : generatedLoad(ref.name, ref.seed);
}
