import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Clock } from '../../../../tools/cloud/kernel/index.ts';
import { ScriptWait } from '../../../../tools/cloud/instances/script-wait.ts';

let clock: Clock;
let stands: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  clock = new Clock(0);
  stands = false;
  vi.spyOn(clock, 'hold').mockImplementation(() => {
    stands = true;
    return () => {
      stands = false;
    };
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('time stands still for a script on an idle instance, until it ends', () => {
  const wait = new ScriptWait(clock);
  wait.follow(0);
  vi.advanceTimersByTime(5000);
  expect(stands).toBe(true);
  wait.end();
  expect(stands).toBe(false);
});

it('time goes on after a moment for one that may wait for requests, and stands still when they have ended', () => {
  const wait = new ScriptWait(clock);
  wait.follow(3);
  expect(stands).toBe(true);
  vi.advanceTimersByTime(300);
  expect(stands).toBe(false);
  wait.follow(1);
  expect(stands).toBe(false);
  wait.follow(0);
  vi.advanceTimersByTime(1000);
  expect(stands).toBe(true);
});

it('time goes on in the end beside a script that never ends, whatever its instance does then', () => {
  const wait = new ScriptWait(clock);
  wait.follow(0);
  vi.advanceTimersByTime(10_000);
  expect(stands).toBe(false);
  wait.follow(1);
  wait.follow(0);
  expect(stands).toBe(false);
});
