import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Closes a run with what any tool can read: a line for each test that failed, `FAILED file > test: its error`, and
 * `123 passed, 0 failed`.
 */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const broken = modules.filter((module) => module.errors().length > 0);
    const failed = tests.filter((test) => test.result().state === 'failed');
    const passed = tests.filter((test) => test.result().state === 'passed').length;
    const failures = [
      ...failed.map((test) => failure(test, test.fullName)),
      ...broken.map((module) => failure(module, 'could not be run')),
      ...unhandled.map(({ message }) => `FAILED outside of any test: ${firstLine(message)}`),
    ];
    const closing = `${passed} passed, ${failures.length} failed`;
    process.stdout.write([...failures, closing].map((line) => `${line}\n`).join(''));
  }
}

function failure(of: TestCase | TestModule, name: string): string {
  const module = of.type === 'test' ? of.module : of;
  const errors = of.type === 'test' ? of.result().errors : of.errors();
  const message = errors?.[0]?.message ?? 'no error was given';
  return `FAILED ${module.relativeModuleId} > ${name}: ${firstLine(message)}`;
}

const firstLine = (text: string) => text.split('\n')[0] ?? '';
