import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** It takes the timers that there are when it is loaded. */
async function newPulse() {
  const { patienceBy, Pulse } = await import('../../../../tools/cloud/services/lambda/runtime/pulse.ts');
  const pulse = new Pulse();
  return { pulse, patience: patienceBy(pulse.shared) };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetModules();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('patience with the cloud', () => {
  it('does not run out while the cloud has had no time to answer', async () => {
    const { pulse, patience } = await newPulse();
    const runsOut = vi.fn();
    patience.after(1000, runsOut);
    vi.advanceTimersByTime(60_000);
    expect([patience.now(), runsOut.mock.calls.length]).toEqual([0, 0]);
    pulse.watch();
    vi.advanceTimersByTime(900);
    expect(runsOut).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1100);
    expect(runsOut).toHaveBeenCalledOnce();
    pulse.leave();
  });

  it('that has been given up never runs out', async () => {
    const { pulse, patience } = await newPulse();
    pulse.watch();
    const runsOut = vi.fn();
    const cancel = patience.after(1000, runsOut);
    vi.advanceTimersByTime(500);
    cancel();
    vi.advanceTimersByTime(60_000);
    expect(runsOut).not.toHaveBeenCalled();
    pulse.leave();
  });

  it('is counted as long as anyone goes by it, and leaves no timer behind', async () => {
    const { pulse, patience } = await newPulse();
    pulse.watch();
    pulse.watch();
    pulse.leave();
    vi.advanceTimersByTime(1000);
    expect(patience.now()).toBe(1000);
    pulse.leave();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(patience.now()).toBe(1000);
  });
});
