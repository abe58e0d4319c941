import type { Conformance, Suite } from './conformance.ts';
import type { Coverage, ServiceCoverage } from './operations.ts';
import { namesOf } from './operations.ts';

const KINDS: readonly Coverage[] = ['real', 'record', 'refused', '501'];

/** How many operations of each service are what, as a Markdown table. */
export function countTable(services: readonly ServiceCoverage[]): string {
  const rows = services.map((service) => [
    service.service,
    ...KINDS.map((kind) => namesOf(service, kind).length),
  ]);
  const totals = KINDS.map((kind) =>
    services.reduce((sum, service) => sum + namesOf(service, kind).length, 0),
  );
  return table(['service', 'real', 'records', 'refused', '501'], [...rows, ['all', ...totals]]);
}

const SUITE_WORDS: Readonly<Record<Suite, string>> = {
  clients: 'AWS CLI and boto3: tests',
  examples: "examples of AWS's models",
  'event-ruler': 'event-ruler: patterns on events',
  'dynamodb-local': 'DynamoDB Local: calls',
  moto: 'moto: calls',
};

/** What the conformance suites compare, and the differences that are listed, as a Markdown table. */
export function conformanceTable({ results, differences }: Conformance): string {
  const rows = (Object.keys(SUITE_WORDS) as Suite[]).map((suite) => {
    const { theirs = 0, ours = 0, open = 0 } = differences[suite] ?? {};
    return [SUITE_WORDS[suite], figures(results[suite]), theirs, ours, open];
  });
  return table(['compared with', 'counts', 'theirs', 'ours', 'open'], rows);
}

/** `560 sent, 9 absent`, without what is counted by service. */
function figures(counts: Readonly<Record<string, unknown>>): string {
  return Object.entries(counts)
    .filter(([, count]) => typeof count === 'number')
    .map(([what, count]) => `${String(count)} ${what}`)
    .join(', ');
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, at) => (at === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
