import { defineConfig } from 'vitest/config';
import { ClosingLine } from '../support/closing-line.ts';

/** Slower checks from outside: real commands as real processes, a real browser. `npm run e2e`. */
export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    include: ['tests/e2e/**/*.test.ts'],
    // Each test packages and deploys this checkout: two at once would share dist/.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
