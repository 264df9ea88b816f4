/** What commands that try a candidate have in common: asking again, waiting, printing. */
import { type CallOptions, type Cluster, ClusterError } from '../../shared/protocol/cluster.ts';
import { type CliContext, writeJson, writeLines } from './context.ts';
import { CliError, ExitCode } from './exit-codes.ts';
import { pause } from './pause.ts';
import { Progress } from './progress.ts';
import { toSnakeCase } from './snake-case.ts';
import type { TargetOptions } from './target.ts';

/** Deadline of one call; longer work is asked for again. */
export const STEP_MS = 20_000;
export const POLL_MS = 500;

export interface JsonOptions extends TargetOptions {
  readonly json?: boolean;
}

export async function untilComplete(
  context: CliContext,
  cluster: Cluster,
  { signal }: CallOptions,
): Promise<void> {
  const progress = new Progress(context.stderr, 'building', 'copies');
  try {
    for (;;) {
      const { shadow } = await cluster.versions.list({ deadlineMs: Date.now() + STEP_MS });
      if (shadow === null) throw new CliError(ExitCode.negative, 'the candidate was dropped');
      if (shadow.isComplete) return;
      progress.update({ fraction: shadow.fraction, done: shadow.copied });
      await pause(POLL_MS, signal ?? context.signal);
      if (context.signal.aborted) {
        throw new CliError(ExitCode.interrupted, 'stopped waiting; the cluster goes on building');
      }
    }
  } finally {
    progress.clear();
  }
}

/** Asks again when the work takes longer than one call may: all these calls may be repeated. */
export async function stepwise<T>(
  { signal }: CallOptions,
  ask: (step: CallOptions) => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      const deadlineMs = Date.now() + STEP_MS;
      return await ask(signal === undefined ? { deadlineMs } : { deadlineMs, signal });
    } catch (error) {
      const isLong = error instanceof ClusterError && error.code === 'deadline_exceeded';
      if (!isLong || signal?.aborted === true) throw error;
    }
  }
}

export function printDocument(
  context: CliContext,
  options: JsonOptions,
  document: object,
  describe: () => string[],
): void {
  if (options.json === true) writeJson(context.stdout, toSnakeCase(document));
  else writeLines(context.stdout, describe());
}
