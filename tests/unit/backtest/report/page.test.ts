import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { backtest } from '../../../../tools/backtest/backtest.ts';
import { familyOf } from '../../../../tools/backtest/policies/index.ts';
import type { Shown } from '../../../../tools/backtest/report/page.ts';
import { reportPage, shownOf } from '../../../../tools/backtest/report/page.ts';
import { minuteTrace } from '../../../../tools/backtest/trace/minute-trace.ts';
import { SETTING } from '../support.ts';

function page(minutes: number, name = 'load.csv', assumptions: readonly string[] = []): string {
  const load = Array.from({ length: minutes }, (_, minute) => 40 + 30 * Math.sin(minute / 200));
  const trace = minuteTrace(name, Date.UTC(2026, 2, 2), load);
  const shown: Shown[] = [];
  const results = backtest({
    trace,
    setting: SETTING,
    families: ['target-tracking', 'react', 'oracle'].map(familyOf),
    isSwept: false,
    onRun: (run) => shown.push(shownOf(run)),
  });
  return reportPage({ trace, setting: SETTING, results, shown, assumptions });
}

describe('the page', () => {
  const html = page(3000);

  it('needs nothing from elsewhere, and runs nothing', () => {
    expect(html).not.toMatch(
      /<(script|img|link|iframe|object|use|image)\b|@import|url\(|\bon\w+=|javascript:/i,
    );
    expect(html.match(/(?:https?:)?\/\/[a-z]/gi)).toBeNull();
  });

  it('allows its own style alone, by its hash, and has no style beside it', () => {
    const [, style = ''] = /<style>([^]*?)<\/style>/.exec(html) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    expect(policy.replaceAll('&#39;', "'")).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
    expect(html).not.toMatch(/<[^>]*\sstyle=/);
    expect(html.match(/<style>/g)).toHaveLength(1);
  });

  it('shows each policy with its figures, its chart and its money', () => {
    for (const policy of ['target-tracking', 'react', 'oracle']) {
      expect(html).toContain(`<h3>${policy}<small>`);
      expect(html).toContain(`aria-label="${policy}: instances needed and serving"`);
      expect(html.includes(`aria-label="${policy}: the hardest hours"`)).toBe(policy !== 'oracle');
      expect(html).toMatch(new RegExp(`<span class="name">${policy}</span>`));
    }
    expect(html).toContain('Mon, 2 Mar 2026, 00:00');
  });

  it('takes what it is given for text', () => {
    const hostile = page(100, '<img src=x onerror=alert(1)>.csv', ['a "b" & <c>']);
    expect(hostile).not.toMatch(/<img|<c>/);
    expect(hostile).toContain('&#60;img src=x onerror=alert(1)&#62;.csv');
    expect(hostile).toContain('<li>a &#34;b&#34; &#38; &#60;c&#62;</li>');
  });

  it('is no larger for months than for days', () => {
    expect(page(90 * 1440).length).toBeLessThan(2 * page(10 * 1440).length);
  });

  it('closes every element that it opens', () => {
    const open: string[] = [];
    for (const [, close, name = '', rest = ''] of html.matchAll(/<(\/?)([a-z0-9]+)([^>]*)>/g)) {
      if (name === 'meta') continue;
      if (close === '/') expect(open.pop()).toBe(name);
      else if (!rest.endsWith('/')) open.push(name);
    }
    expect(open).toEqual([]);
  });
});
