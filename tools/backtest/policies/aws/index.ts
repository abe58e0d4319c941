import type { PolicyFamily } from '../../policy.ts';
import { predictive } from './predictive.ts';
import { simple } from './simple.ts';
import { step } from './step.ts';
import { targetTracking } from './target-tracking.ts';

/** EC2 Auto Scaling's own policies. */
export const AWS_FAMILIES: readonly PolicyFamily[] = [targetTracking, step, simple, predictive];
