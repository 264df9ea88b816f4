/**
 * One project per test folder, so that each has its own time limits and can be run alone:
 * `npx vitest run --project unit`. Folders and budgets: test/README.md.
 *
 * Sized for two cores. Every file runs in a process of its own (`forks`): LMDB environments and
 * servers of one file must not outlive it in another's heap.
 */
import { defineConfig } from 'vitest/config';

interface SuiteLimits {
  readonly testTimeoutMs: number;
  readonly hookTimeoutMs?: number;
  /** Its tests start the program: it is compiled before, which saves two thirds of each start. */
  readonly isCompiled?: boolean;
  /** false: files one after the other, because they own ports, disks or both cores. */
  readonly isParallel?: boolean;
}

function suite(name: string, limits: SuiteLimits) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      testTimeout: limits.testTimeoutMs,
      hookTimeout: limits.hookTimeoutMs ?? limits.testTimeoutMs,
      fileParallelism: limits.isParallel ?? true,
      globalSetup: limits.isCompiled === true ? ['deploy/setup/bundle-once.mjs'] : [],
    },
  };
}

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    teardownTimeout: 10_000,
    projects: [
      suite('unit', { testTimeoutMs: 30_000 }),
      suite('property', { testTimeoutMs: 90_000 }),
      suite('golden', { testTimeoutMs: 20_000 }),
      suite('simulation', { testTimeoutMs: 300_000 }),
      suite('cluster', { testTimeoutMs: 240_000, hookTimeoutMs: 120_000, isCompiled: true }),
      suite('pocket-kubernetes', {
        testTimeoutMs: 60_000,
        hookTimeoutMs: 90_000,
        isParallel: false,
      }),
      suite('quality', { testTimeoutMs: 300_000, isParallel: false }),
    ],
    coverage: {
      provider: 'v8',
      include: ['services/**/*.ts', 'shared/**/*.ts'],
      exclude: ['shared/grpc/generated/**'],
      reporter: ['text-summary', 'html'],
    },
  },
});
