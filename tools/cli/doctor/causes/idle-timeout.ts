import type { Cause } from '../finding.ts';
import { WINDOW_MINUTES } from '../picture.ts';
import { count } from './targets.ts';

/**
 * Requests time out at targets that are healthy and were connected to: their answers take longer than the load
 * balancer waits. Connections that fail are another cause's, so 504s without as many of those are slow answers.
 */
export const idleTimeout: Cause = (picture) =>
  picture.balancers.flatMap((balancer) => {
    const { answers, idleTimeoutSeconds: timeout } = balancer;
    const late = answers[504] - answers.connectionErrors;
    const healthy = picture.targetGroups
      .filter(({ balancerArns }) => balancerArns.includes(balancer.arn))
      .flatMap(({ targets }) => targets.filter(({ state }) => state === 'healthy')).length;
    if (late <= 0 || healthy === 0 || timeout === undefined) return [];
    const { slowestSeconds } = answers;
    return [
      {
        code: 'SLOWER_THAN_IDLE_TIMEOUT' as const,
        subject: `load balancer ${balancer.name}`,
        verdict: `The application takes longer for some requests than the ${timeout} s that the load balancer waits.`,
        evidence: [
          `${count(late, 'request')} of ${answers.requests.toLocaleString('en')} answered with 504 in ${WINDOW_MINUTES} minutes, connections to targets were made`,
          `${count(healthy, 'target')} healthy; idle_timeout.timeout_seconds is ${timeout}`,
          slowestSeconds === undefined
            ? 'no request was answered in time'
            : `TargetResponseTime: at most ${slowestSeconds.toFixed(1)} s among those that were answered in time`,
        ],
        mend: [
          'Answer sooner: take what is long out of the request. Until then:',
          `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ${balancer.arn} --attributes Key=idle_timeout.timeout_seconds,Value=${Math.min(4000, timeout * 2)}`,
          'The keep-alive timeout of the application has to be longer than it.',
        ],
      },
    ];
  });
