import { describeJudgedBy } from '../../templates/judged.ts';
import { cloudformationValidate } from '../../templates/judges/cloudformation-validate.ts';
import { guard } from '../../templates/judges/guard.ts';

await describeJudgedBy([guard, cloudformationValidate]);
