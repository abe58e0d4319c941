import { defineConfig } from 'vitest/config';
import { ClosingLine } from '../support/closing-line.ts';

/** Slower checks from outside: real commands as real processes, a real browser. `npm run e2e`. */
export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    include: ['tests/e2e/**/*.test.ts'],
    // Each test packages and deploys this checkout: two at once would share dist/.
    fileParallelism: false,
    // A day of the whole system is half a minute's work, and a storm's a minute's; a busy machine may take long over it.
    testTimeout: 400_000,
    hookTimeout: 400_000,
  },
});
