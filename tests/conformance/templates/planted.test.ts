import { cfnLint } from '../../templates/judges/cfn-lint.ts';
import { checkov } from '../../templates/judges/checkov.ts';
import { cloudformationValidate } from '../../templates/judges/cloudformation-validate.ts';
import { guard } from '../../templates/judges/guard.ts';
import { describeFindsPlanted } from '../../templates/planted.ts';

await describeFindsPlanted([guard, cloudformationValidate, cfnLint, checkov]);
