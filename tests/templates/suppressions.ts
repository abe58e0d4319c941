import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Case } from './cases.ts';
import type { Finding, Tool } from './finding.ts';

const FILE = join(import.meta.dirname, 'suppressions.yml');

const TOOL = z.enum(['service-spec', 'guard', 'cdk-nag', 'cloudformation-validate', 'cfn-lint', 'checkov']);

/** `guard CT.S3.PR.9`: the tool, and its own id of the rule. */
const rule = z.string().transform((text, context) => {
  const [tool, ...id] = text.split(' ');
  const known = TOOL.safeParse(tool);
  if (!known.success || id.length === 0) {
    context.addIssue({ code: 'custom', message: `wants "tool rule", not "${text}"` });
    return z.NEVER;
  }
  return { tool: known.data, rule: id.join(' ') };
});

const reason = z.string().min(30, 'say why, in a sentence');

/** Names with `*` for any characters; at least three characters must be given. */
const pattern = z.string().regex(/^(?=(\*?[^*]){3})[\w.*/+-]+$/, 'is too wide');

const suppressions = z.strictObject({
  notices: z.array(z.strictObject({ rules: z.array(rule).min(1), reason })),
  findings: z.array(
    z.strictObject({
      rules: z.array(rule).min(1),
      resources: z.array(pattern).min(1),
      templates: z.array(z.string().regex(/^(\*|[\w-]+)\/(\*|[\w+-]+\*?)$/)).default([]),
      reason,
    }),
  ),
});

export type Suppressions = z.infer<typeof suppressions>;
type Entry = Suppressions['findings'][number];

/** @throws Error naming each entry of the text that is not one */
export function parseSuppressions(text: string): Suppressions {
  const parsed = suppressions.safeParse(parse(text));
  if (!parsed.success) throw new Error(`suppressions.yml\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

export const readSuppressions = (): Suppressions => parseSuppressions(readFileSync(FILE, 'utf8'));

/** What of the findings nobody has explained. */
export function unexplained(
  findings: readonly Finding[],
  { notices, findings: entries }: Suppressions,
): Finding[] {
  return findings.filter(
    (finding) =>
      !notices.some(({ rules }) => rules.some((one) => isRule(one, finding))) &&
      !entries.some((entry) => explains(entry, finding)),
  );
}

function explains({ rules, resources, templates }: Entry, finding: Finding): boolean {
  return (
    rules.some((one) => isRule(one, finding)) &&
    resources.some((one) => matches(one, finding.resource)) &&
    (templates.length === 0 || templates.some((one) => matches(one, finding.template)))
  );
}

/**
 * The parts of entries that explain nothing any more: a rule that does not find this resource, or nothing in this
 * template. Only the rules of `tools` are looked at: others may not have been asked.
 */
export function unused(
  { notices, findings: entries }: Suppressions,
  findings: readonly Finding[],
  tools: readonly Tool[],
): string[] {
  const asked = <Rule extends { tool: Tool }>(rules: readonly Rule[]) =>
    rules.filter(({ tool }) => tools.includes(tool));
  const idle = entries.flatMap((entry) =>
    asked(entry.rules).flatMap((one) => {
      const narrowed = [
        ...entry.resources.map((resource) => ({ ...entry, resources: [resource] })),
        ...entry.templates.map((template) => ({ ...entry, templates: [template] })),
      ];
      return narrowed
        .filter((part) => !findings.some((found) => explains({ ...part, rules: [one] }, found)))
        .map((part) => [one.tool, one.rule, ...part.resources, ...part.templates].join(' '));
    }),
  );
  const idleNotices = notices.flatMap(({ rules }) =>
    asked(rules)
      .filter((one) => !findings.some((found) => isRule(one, found)))
      .map(({ tool, rule }) => `${tool} ${rule}`),
  );
  return [...idle, ...idleNotices];
}

/** Patterns that mean resources of more than one type: too wide to have one reason. */
export function tooWide({ findings: entries }: Suppressions, cases: readonly Pick<Case, 'body'>[]): string[] {
  const types = new Map(
    cases.flatMap(({ body }) =>
      Object.entries(body.Resources).map(([name, { Type }]) => [name, Type] as const),
    ),
  );
  const typesOf = (resource: string) =>
    new Set([...types].filter(([name]) => matches(resource, name)).map(([, type]) => type));
  const patterns = new Set(entries.flatMap(({ resources }) => resources));
  return [...patterns].filter((one) => one.includes('*') && typesOf(one).size > 1);
}

const isRule = (one: { tool: Tool; rule: string }, finding: Finding) =>
  one.tool === finding.tool && one.rule === finding.rule;

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[^\w]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
