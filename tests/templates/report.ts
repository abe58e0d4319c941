import type { Finding } from './finding.ts';
import { whereToMend } from './where.ts';

/** What was found, as a table: one row for what several templates share. Empty when nothing was. */
export function report(findings: readonly Finding[]): string {
  const shared = Map.groupBy(findings, ({ tool, rule, resource }) => `${tool} ${rule}\n${resource}`);
  const rows = [...shared.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { tool, rule, resource, message } = first;
    const templates = [...new Set(same.map(({ template }) => template))].join(' ');
    return [[resource, `${tool} ${rule}`, message, whereToMend(resource), templates]];
  });
  if (rows.length === 0) return '';
  return table([['resource', 'rule', 'message', 'mend it in', 'templates'], ...rows]);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return `\n${rows.map((row) => line(row).trimEnd()).join('\n')}\n`;
}
