import { cdkNag } from './judges/cdk-nag.ts';
import { serviceSpec } from './judges/service-spec.ts';
import { describeFindsPlanted } from './planted.ts';

await describeFindsPlanted([serviceSpec, cdkNag]);
