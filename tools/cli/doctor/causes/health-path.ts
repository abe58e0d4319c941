import type { Cause } from '../finding.ts';
import type { TargetGroup } from '../picture.ts';
import { byTargetGroup, countOf, sickTargets } from './targets.ts';

/** The application answers its health checks, with a status that the target group does not take for health. */
export const healthPath: Cause = (picture) =>
  byTargetGroup(sickTargets(picture, 'Target.ResponseCodeMismatch')).map(([targetGroup, sick]) => {
    const { path = '/', codes = '200' } = targetGroup.healthCheck;
    const code = /\[(\d{3})/.exec(sick[0]?.target.description ?? '')?.[1];
    return {
      code: 'HEALTH_PATH',
      subject: `target group ${targetGroup.name}`,
      verdict: `GET ${path} is answered with ${code ?? 'another status'}, and the target group wants ${codes}: ${meaning(code)}.`,
      evidence: [countOf(targetGroup, sick), sick[0]?.target.description ?? ''],
      mend: mendOf(code, targetGroup),
    };
  });

function meaning(code = ''): string {
  if (code === '404') return 'the application has no such path';
  if (code === '401' || code === '403') return 'the path asks who is there, and load balancers do not say';
  if (code.startsWith('3')) return 'the path redirects';
  if (code.startsWith('5')) return 'the application says itself that it is not ready';
  return 'the path is not one for health checks';
}

function mendOf(code = '', { arn, healthCheck: { path = '/', codes = '200' } }: TargetGroup): string[] {
  if (code.startsWith('5'))
    return [`See what the application's log says of GET ${path}: what it depends on may not be reached.`];
  const modify = `aws elbv2 modify-target-group --target-group-arn ${arn}`;
  if (code.startsWith('3')) return [`${modify} --matcher HttpCode=${codes},${code}`];
  return [
    `${modify} --health-check-path /…`,
    'In the template: HealthCheckPath of the AWS::ElasticLoadBalancingV2::TargetGroup, a path that answers 200 without a login.',
  ];
}
