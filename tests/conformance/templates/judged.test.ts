import { describeJudgedBy } from '../../templates/judged.ts';
import { cfnLint } from '../../templates/judges/cfn-lint.ts';
import { checkov } from '../../templates/judges/checkov.ts';
import { cloudformationValidate } from '../../templates/judges/cloudformation-validate.ts';
import { guard } from '../../templates/judges/guard.ts';

await describeJudgedBy([guard, cloudformationValidate, cfnLint, checkov]);
