import { describeJudgedBy } from './judged.ts';
import { cdkNag } from './judges/cdk-nag.ts';
import { serviceSpec } from './judges/service-spec.ts';

// The quick ones. The others judge in `npm run conformance`.
await describeJudgedBy([serviceSpec, cdkNag]);
