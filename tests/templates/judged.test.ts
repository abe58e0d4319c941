import { packagedCases } from './cases.ts';
import { describeJudgedBy } from './judged.ts';
import { cdkNag } from './judges/cdk-nag.ts';
import { serviceSpec } from './judges/service-spec.ts';
import { describeByOwnRules } from './own-rules.ts';

// The quick ones. The others judge in `npm run conformance`.
await describeJudgedBy([serviceSpec, cdkNag]);
describeByOwnRules(await packagedCases());
