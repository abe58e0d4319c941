import { describe, expect, it, vi } from 'vitest';
import { Clock, pace } from '../../../../tools/cloud/kernel/index.ts';

const DAY = 86_400_000;

/** Resolves when the clock fires an event at an instant. */
function reached(clock: Clock, instant: number): Promise<number> {
  return new Promise((resolve) => clock.at(instant, () => resolve(clock.now())));
}

describe('a pace moves the clock', () => {
  it('without waiting at full speed, each event at its time', async () => {
    const clock = new Clock(0);
    const seen: number[] = [];
    for (const day of [3, 1, 2]) clock.at(day * DAY, () => seen.push(clock.now()));
    const end = reached(clock, 4 * DAY);
    const running = pace(clock, 'max');
    expect(await end).toBe(4 * DAY);
    await running.stop();
    expect(seen).toEqual([DAY, 2 * DAY, 3 * DAY]);
  });

  it('not past what holds it', async () => {
    const clock = new Clock(0);
    const release = clock.hold();
    const end = reached(clock, DAY);
    const running = pace(clock, 'max');
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    expect(clock.now()).toBe(0);
    release();
    expect(await end).toBe(DAY);
    await running.stop();
  });

  it('only for what is due when it stands still, unless someone is in a hurry', async () => {
    const clock = new Clock(0);
    const running = pace(clock, 0);
    await reached(clock, 0);
    const end = reached(clock, DAY);
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    expect(clock.now()).toBe(0);
    const calm = clock.hurry();
    expect(await end).toBe(DAY);
    calm();
    await running.stop();
  });

  it('at another speed as soon as it is told so', async () => {
    const clock = new Clock(0);
    const running = pace(clock, 0);
    const end = reached(clock, DAY);
    running.speed = 'max';
    expect(await end).toBe(DAY);
    await running.stop();
  });

  it('no slower where it may catch up on little, however far ahead the next event is', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const clock = new Clock(0);
      const running = pace(clock, 10, 25);
      for (let ms = 0; ms < 1000; ms++) {
        await new Promise(setImmediate);
        await vi.advanceTimersByTimeAsync(1);
      }
      expect(clock.now()).toBeGreaterThan(9500);
      await Promise.all([running.stop(), vi.advanceTimersByTimeAsync(50)]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('no further once it is stopped', async () => {
    const clock = new Clock(0);
    await pace(clock, 'max').stop();
    void reached(clock, DAY);
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    expect(clock.now()).toBe(0);
  });
});
