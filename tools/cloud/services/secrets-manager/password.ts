import type { GetRandomPasswordRequest } from '@aws-sdk/client-secrets-manager';
import type { Ids } from '../../kernel/index.ts';
import { invalidParameter } from './secret.ts';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

const DEFAULT_LENGTH = 32;
const LONGEST = 4096;

/**
 * A password as GetRandomPassword makes it: by default of 32 characters, with at least one of each included type.
 *
 * @throws AwsError InvalidParameterException when nothing, or too little, is left to choose from
 */
export function randomPassword(ids: Pick<Ids, 'random'>, wanted: GetRandomPasswordRequest): string {
  const length = wanted.PasswordLength ?? DEFAULT_LENGTH;
  const types = includedTypes(wanted);
  const all = types.join('');
  if (all === '') throw invalidParameter('The password has no characters left to be made of.');
  if (length > LONGEST) throw invalidParameter(`The password length must be at most ${LONGEST}.`);
  const required = (wanted.RequireEachIncludedType ?? true) ? types : [];
  if (length < Math.max(1, required.length)) {
    throw invalidParameter(`The password length ${length} is too short for each included type.`);
  }
  const pick = (alphabet: string) => alphabet.charAt(Math.floor(ids.random() * alphabet.length));
  const characters = Array.from({ length }, (_, at) => pick(required[at] ?? all));
  return shuffled(characters, ids).join('');
}

function includedTypes(wanted: GetRandomPasswordRequest): string[] {
  const excluded = new Set(wanted.ExcludeCharacters);
  const types = [
    wanted.ExcludeLowercase ? '' : LOWER,
    wanted.ExcludeUppercase ? '' : UPPER,
    wanted.ExcludeNumbers ? '' : DIGITS,
    wanted.ExcludePunctuation ? '' : PUNCTUATION,
    wanted.IncludeSpace ? ' ' : '',
  ];
  return types.map((type) => type.replaceAll(/./g, (one) => (excluded.has(one) ? '' : one))).filter(Boolean);
}

function shuffled(characters: readonly string[], ids: Pick<Ids, 'random'>): string[] {
  const mixed = [...characters];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = Math.floor(ids.random() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other] ?? '', mixed[last] ?? ''];
  }
  return mixed;
}
