import type { Cause } from '../finding.ts';
import type { Group } from '../picture.ts';
import { count } from './targets.ts';

/**
 * No target is healthy, and some are at their first checks: the site is not up yet, or the group replaces one instance
 * after the other, each before its checks could say why.
 */
export const firstChecks: Cause = ({ targetGroups, groups }) =>
  targetGroups
    .filter(({ targets, balancerArns }) => {
      const states = targets.map(({ state }) => state);
      return balancerArns.length > 0 && states.includes('initial') && !states.includes('healthy');
    })
    .map(({ arn, name, targets }) => {
      const initial = targets.filter(({ state }) => state === 'initial').length;
      const attached = groups.filter(({ targetGroupArns }) => targetGroupArns.includes(arn));
      return {
        code: 'FIRST_CHECKS',
        subject: `target group ${name}`,
        verdict: `No target is healthy: ${initial} of ${count(targets.length, 'target')} at the first checks.`,
        evidence: ['Elb.InitialHealthChecking', ...attached.flatMap(replacements)],
        mend: ['Ask again in half a minute: by then the checks have said what is wrong, if anything is.'],
      };
    });

function replacements({ name, activities }: Group): string[] {
  const replaced = activities.filter(({ cause }) => /health check/i.test(cause)).length;
  return replaced === 0
    ? []
    : [`group ${name} has replaced ${count(replaced, 'instance')} for its health of late`];
}
