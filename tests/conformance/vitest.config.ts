import { defineConfig } from 'vitest/config';
import { ClosingLine } from '../support/closing-line.ts';

/** The local cloud as others see it: AWS's own clients, their documented examples, other implementations. */
export default defineConfig({
  test: {
    reporters: ['dot', new ClosingLine()],
    include: ['tests/conformance/**/*.test.ts'],
    // What a suite runs outside is run while its tests are collected: one virtual environment, made once.
    globalSetup: ['tests/conformance/install/setup.ts'],
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
});
