/**
 * Ingestion of one source file: read, map, send in batches, account for every record.
 *
 * I1. Batches are accounted for in the order of the file; the checkpoint never counts a record
 *     before its acknowledgement.
 * I2. A record that cannot be taken goes to the quarantine file and never stops the others.
 * I3. However the run ends, the checkpoint on disk is at or before what the cluster has acknowledged.
 */
import type { AckLevel, Cluster, IngestResult } from '../../../shared/protocol/cluster.ts';
import { CliError, ExitCode } from '../exit-codes.ts';
import type { Progress } from '../progress.ts';
import { formatCount } from '../text-table.ts';
import { Batch } from './batch.ts';
import { type FileReport, type IngestJob, Ledger } from './ledger.ts';
import { sendBatch } from './send-batch.ts';
import { SourceRecords } from './source-records.ts';

export interface IngestSettings {
  readonly ack: AckLevel;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Enough to keep a cluster busy while the next batch is read; more would only wait there. */
const BATCHES_IN_FLIGHT = 4;

/**
 * Ingests the file, from its checkpoint if there is one. Throws `CliError` when interrupted (130) or
 * unreadable (2), and `ClusterError` when the cluster fails for longer than the patience; the
 * checkpoint then holds what is done.
 */
export async function ingestFile(
  cluster: Cluster,
  job: IngestJob,
  settings: IngestSettings,
): Promise<FileReport> {
  const ledger = await Ledger.open(cluster, job, settings.progress);
  try {
    await sendRecords(cluster, job, settings, ledger);
    ledger.finish();
  } catch (error) {
    await ledger.stop();
    if (!settings.signal.aborted) throw error;
    const records = formatCount(ledger.records);
    throw new CliError(
      ExitCode.interrupted,
      `stopped in ${job.path} after ${records} records; the same command goes on from there`,
      { cause: error },
    );
  } finally {
    ledger.close();
  }
  return ledger.report();
}

async function sendRecords(
  cluster: Cluster,
  job: IngestJob,
  settings: IngestSettings,
  ledger: Ledger,
): Promise<void> {
  const { signal, progress } = settings;
  const window = new SendWindow(cluster, settings, ledger);
  try {
    const records = new SourceRecords(job.path, job.mapping);
    let batch = new Batch();
    for await (const record of records.read(ledger.records)) {
      signal.throwIfAborted();
      batch.add(record);
      if (!batch.isFull) continue;
      await window.send(batch);
      batch = new Batch();
      progress.update({ fraction: records.fraction, done: ledger.recordsOfThisRun });
    }
    if (batch.records > 0) await window.send(batch);
    await window.settleAll();
  } catch (error) {
    await window.abandon();
    throw error;
  }
}

/** Batches on their way, oldest first; accounted for in this order. */
class SendWindow {
  readonly #cluster: Cluster;
  readonly #settings: IngestSettings;
  readonly #ledger: Ledger;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #inFlight: SentBatch[] = [];

  constructor(cluster: Cluster, settings: IngestSettings, ledger: Ledger) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#ledger = ledger;
    this.#signal = AbortSignal.any([settings.signal, this.#stop.signal]);
  }

  /** Resolves when there is room for another one. */
  async send(batch: Batch): Promise<void> {
    const { progress } = this.#settings;
    const results =
      batch.inputs.length === 0
        ? Promise.resolve([])
        : sendBatch(this.#cluster, batch.inputs, {
            ...this.#settings,
            signal: this.#signal,
            onWait: (reason) => progress.message(`waiting: ${reason}`),
          });
    // Awaited in order; one behind a failed batch must not count as unhandled.
    results.catch(() => undefined);
    this.#inFlight.push({ batch, results });
    if (this.#inFlight.length >= BATCHES_IN_FLIGHT) await this.#settleOldest();
  }

  async settleAll(): Promise<void> {
    while (this.#inFlight.length > 0) await this.#settleOldest();
  }

  /** Ends what is on its way, and accounts for what was acknowledged before the first that was not. */
  async abandon(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#inFlight.map(({ results }) => results));
    try {
      await this.settleAll();
    } catch {
      // The failure that led here, or its like: reported by the caller.
    }
  }

  async #settleOldest(): Promise<void> {
    const [oldest] = this.#inFlight;
    if (oldest === undefined) return;
    // Leaves the window only when accounted for: nothing behind a failure may count.
    await this.#ledger.account(oldest.batch, await oldest.results);
    this.#inFlight.shift();
  }
}

interface SentBatch {
  readonly batch: Batch;
  readonly results: Promise<readonly IngestResult[]>;
}
