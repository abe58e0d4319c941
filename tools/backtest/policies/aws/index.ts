import type { PolicyFamily } from '../../policy.ts';

/** EC2 Auto Scaling's own policies. */
export const AWS_FAMILIES: readonly PolicyFamily[] = [];
