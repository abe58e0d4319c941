import type { Cloud } from '../cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../cloud/kernel/index.ts';
import type { Setting } from './scenario/scenario.ts';
import { STAGE } from './stage.ts';

/** How whoever watches a run asks it things, from another shell. */
export function invitation({ endpoint, kernel }: Cloud, { fleet, fleets }: Setting): string {
  const of = `--stage ${STAGE}${fleets === 'fleets.yml' ? '' : ` --config ${fleets}`}`;
  return [
    'Ask it as you would your own account, in another shell:',
    `  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${kernel.account.region}`,
    `  export AWS_ACCESS_KEY_ID=${ACCOUNT_KEYS.accessKeyId} AWS_SECRET_ACCESS_KEY=${ACCOUNT_KEYS.secretAccessKey}`,
    `  npx evenkeel status ${of}`,
    `  npx evenkeel explain ${fleet} ${of}`,
  ].join('\n');
}
