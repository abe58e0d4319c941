import type { Setting } from '../../../tools/backtest/setting.ts';

/** An instance carries a load of 8 without a violation. */
export const SETTING: Setting = {
  boot: 180,
  drain: 300,
  lag: 60,
  period: 60,
  capacity: 10,
  usefulShare: 0.8,
  price: 1,
  min: 1,
  max: 1000,
  budget: 0.01,
  headroomAtMost: 0.5,
  seed: 1,
};
