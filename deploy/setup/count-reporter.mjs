/**
 * Vitest reporter that writes what the summary needs as JSON to SELFSAME_COUNT_FILE:
 * `{passed, failed, skipped: [{name, reason}]}`.
 *
 * Unlike Vitest's JSON reporter it counts a file that could not be loaded and an error outside any
 * test as a failure, and keeps the reason given to `context.skip(reason)`.
 */
import { writeFileSync } from 'node:fs';

export default class CountReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const testModule of testModules) {
      for (const suite of [testModule, ...testModule.children.allSuites()]) {
        counts.failed += suite.errors().length;
      }
      for (const testCase of testModule.children.allTests()) {
        const result = testCase.result();
        if (result.state === 'passed') counts.passed += 1;
        // `pending` at the end of a run: it was never finished.
        else if (result.state !== 'skipped') counts.failed += 1;
        else counts.skipped.push({ name: testCase.fullName, reason: result.note ?? null });
      }
    }
    writeFileSync(process.env.SELFSAME_COUNT_FILE, JSON.stringify(counts));
  }
}
