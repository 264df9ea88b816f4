/**
 * A command-line context for tests: records what a command writes; nothing reaches the process.
 */
import type { CliContext, ClusterAccess, TextSink } from '../../services/cli/context.ts';
import { ExitCode } from '../../services/cli/exit-codes.ts';

export interface RecordingSink extends TextSink {
  text: string;
}

export interface RecordingContext extends CliContext {
  readonly stdout: RecordingSink;
  readonly stderr: RecordingSink;
}

export function recordingContext(
  options: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly signal?: AbortSignal;
    readonly isTTY?: boolean;
    readonly answers?: readonly string[];
    readonly clusters?: Partial<ClusterAccess>;
  } = {},
): RecordingContext {
  return {
    stdout: recordingSink(options.isTTY ?? false),
    stderr: recordingSink(options.isTTY ?? false),
    env: options.env ?? {},
    answers: async function* () {
      yield* options.answers ?? [];
    },
    clusters: {
      connect: async () => unexpected('connect'),
      openEmbedded: async () => unexpected('openEmbedded'),
      ...options.clusters,
    },
    signal: options.signal ?? new AbortController().signal,
    exitCode: ExitCode.ok,
  };
}

function unexpected(what: string): never {
  throw new Error(`this test expects no ${what}`);
}

function recordingSink(isTTY: boolean): RecordingSink {
  const sink: RecordingSink = {
    text: '',
    isTTY,
    columns: 80,
    write(text) {
      sink.text += text;
    },
  };
  return sink;
}
