import type { PolicyFamily } from '../policy.ts';
import { AWS_FAMILIES } from './aws/index.ts';
import { react } from './react.ts';

/** All that can be compared, in the order in which they are shown. */
export const FAMILIES: readonly PolicyFamily[] = [...AWS_FAMILIES, react];
