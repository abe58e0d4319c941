import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReasonCode } from '../../../../../shared/domain/index.ts';
import { reasonText } from '../../../../../shared/policy/messages/reasons.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..', '..');
const text = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');

/** Every code that the domain names. */
const CODES = [...text('shared', 'domain', 'decision.ts').matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(
  ([, code]) => code as ReasonCode,
);

describe('every reason code', () => {
  it.each(CODES)('%s has a sentence in plain English, whatever is known of it', (code) => {
    const sentence = reasonText({ code, facts: {} });
    expect(sentence).toMatch(/^[a-z0-9$'].{8,}/i);
    expect(sentence).not.toMatch(/undefined|NaN|\[object/);
    expect(sentence).not.toContain(code);
  });

  it('is listed', () => {
    expect(CODES.length).toBeGreaterThan(30);
  });

  it('that keeps a change from being made says in docs/guards.md what to do about it', () => {
    const asks = new Set(['SIGNAL_ABOVE_TARGET', 'SIGNAL_BELOW_TARGET', 'FORECAST', 'ACTIVATED', 'INACTIVE']);
    const documented = text('docs', 'guards.md');
    const missing = CODES.filter((code) => !asks.has(code) && !documented.includes(`| \`${code}\``));
    expect(missing).toEqual([]);
  });
});
