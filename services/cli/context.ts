/**
 * What a command may touch of the outside: output, environment, clusters, the signal of Ctrl-C.
 *
 * Commands write through this context and set an exit code on it, so that tests run them in process
 * and `main.ts` alone knows `process`.
 */
import type { ClientFiles } from '../../shared/grpc/client-files.ts';
import type { Audited } from '../../shared/protocol/audit.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import type { ExitCode } from './exit-codes.ts';

export interface TextSink {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Characters a line; used by the progress bar. */
  readonly columns: number;
}

export interface EmbeddedOptions {
  /** Created when absent; one process at a time may hold it. */
  readonly dataDir: string;
  /** Rules file; null: the shipped ones. Must be those the data folder was made with. */
  readonly rulesPath: string | null;
  /** Only for a new data folder; null: the default. */
  readonly partitions: number | null;
}

/** How commands come by a cluster (`cluster-access.ts`; tests pass one of their own). */
export interface ClusterAccess {
  /** Client of a running gateway, `host:port`. Fails with its first call, not here. */
  connect(target: string, files: ClientFiles): Promise<Cluster>;
  /** A cluster in this process on a data folder of its own. */
  openEmbedded(options: EmbeddedOptions): Promise<Cluster & Audited>;
}

export interface CliContext {
  readonly stdout: TextSink;
  /** Progress and messages; never the result of a command. */
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Lines of standard input, for commands that ask; ends with the input or Ctrl-C. */
  readonly answers: () => AsyncIterable<string>;
  readonly clusters: ClusterAccess;
  /** Aborted by the first Ctrl-C or SIGTERM. Long work stops at its next safe point. */
  readonly signal: AbortSignal;
  /** Set by a command that ends without an error; 0 unless it says otherwise. */
  exitCode: ExitCode;
}

/** Writes lines, each ended by a line feed. */
export function writeLines(sink: TextSink, lines: readonly string[]): void {
  if (lines.length > 0) sink.write(`${lines.join('\n')}\n`);
}

/** Writes one JSON document on lines of its own, for `--json`. */
export function writeJson(sink: TextSink, value: unknown): void {
  sink.write(`${JSON.stringify(value, null, 2)}\n`);
}
