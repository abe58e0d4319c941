import type { Finding } from './finding.ts';
import type { Picture } from './picture.ts';
import { count } from './causes/targets.ts';

/** What a person reads: the verdict, what it was seen by, the mend. */
export function asText(findings: readonly Finding[], picture: Picture): string {
  if (findings.length === 0) return `Nothing wrong: ${lookedAt(picture)}.\n`;
  const parts = findings.map((finding, index) =>
    [
      `${index + 1}. ${finding.verdict}`,
      `   ${finding.code}, ${finding.subject}`,
      ...finding.evidence.map((line) => `   seen  ${line}`),
      ...finding.mend.map((line) => `   mend  ${line}`),
    ].join('\n'),
  );
  return `${count(findings.length, 'finding')}, the most probable cause first (${lookedAt(picture)}).\n\n${parts.join('\n\n')}\n`;
}

/** What a program reads. */
export function asJson(findings: readonly Finding[], picture: Picture): string {
  const { balancers, groups } = picture;
  const looked = { loadBalancers: balancers.map(({ name }) => name), groups: groups.map(({ name }) => name) };
  return `${JSON.stringify({ ok: findings.length === 0, looked, findings })}\n`;
}

function lookedAt({ balancers, targetGroups, groups }: Picture): string {
  const targets = targetGroups.flatMap((one) => one.targets);
  const healthy = targets.filter(({ state }) => state === 'healthy').length;
  return [
    ...balancers.map(({ name }) => `load balancer ${name}`),
    ...groups.map(({ name }) => `group ${name}`),
    ...(targets.length > 0 ? [`${healthy} of ${count(targets.length, 'target')} healthy`] : []),
  ].join(', ');
}
