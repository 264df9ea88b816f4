/**
 * Ingestion of one source file: read, map, send in batches, account for every record.
 *
 * I1. Batches are accounted for in the order of the file; the checkpoint never counts a record
 *     before its acknowledgement.
 * I2. A record that cannot be taken goes to the quarantine file and never stops the others.
 * I3. However the run ends, the checkpoint on disk is at or before what the cluster has acknowledged.
 */
import type { InteractionInput } from '../../../shared/domain/interaction.ts';
import type { Mapping } from '../../../shared/ingress/mapping-file.ts';
import type { AckLevel, Cluster, IngestResult } from '../../../shared/protocol/cluster.ts';
import { CliError, ExitCode } from '../exit-codes.ts';
import type { Progress } from '../progress.ts';
import { formatCount } from '../text-table.ts';
import {
  type CheckpointScope,
  type IngestCounts,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts';
import { QuarantineFile, type QuarantineRow, quarantineRows } from './quarantine-file.ts';
import { sendBatch } from './send-batch.ts';
import { type MappedRecord, SourceRecords } from './source-records.ts';

export interface IngestJob {
  readonly path: string;
  readonly mapping: Mapping;
  readonly scope: CheckpointScope;
  readonly checkpointPath: string;
  readonly quarantinePath: string;
  /** Ignore a checkpoint. */
  readonly restart: boolean;
}

export interface IngestSettings {
  readonly ack: AckLevel;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface FileReport extends IngestCounts {
  readonly path: string;
  /** Records of the file, whatever became of them. */
  readonly records: number;
  /** Records that a run before this one had done. */
  readonly resumedAt: number;
  /** Null when no record is in quarantine. */
  readonly quarantinePath: string | null;
}

/** Most interactions in one call that a gateway takes. */
const BATCH_RECORDS = 1_000;
/** At most 3 bytes each in UTF-8: stays below the 4 MiB of one gRPC message. */
const BATCH_CHARACTERS = 700_000;
/** Enough to keep a cluster busy while the next batch is read; more would only wait there. */
const BATCHES_IN_FLIGHT = 4;
const CHECKPOINT_INTERVAL_MS = 1_000;
/** A status that takes longer tells that the cluster is in trouble. */
const STATUS_MS = 10_000;

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
  const inFlight: SentBatch[] = [];
  const settleOldest = async (): Promise<void> => {
    const oldest = inFlight.shift();
    if (oldest === undefined) return;
    await ledger.account(oldest.batch, await oldest.results);
  };
  const send = (batch: Batch): void => {
    const onWait = (reason: string): void => progress.message(`waiting: ${reason}`);
    const results =
      batch.inputs.length === 0
        ? Promise.resolve([])
        : sendBatch(cluster, batch.inputs, { ...settings, onWait });
    // Awaited in order; one behind a failed batch must not count as unhandled.
    results.catch(() => undefined);
    inFlight.push({ batch, results });
  };
  const records = new SourceRecords(job.path, job.mapping);
  let batch = new Batch();
  for await (const record of records.read(ledger.records)) {
    signal.throwIfAborted();
    batch.add(record);
    if (!batch.isFull) continue;
    send(batch);
    batch = new Batch();
    if (inFlight.length >= BATCHES_IN_FLIGHT) await settleOldest();
    progress.update({ fraction: records.fraction, done: ledger.recordsOfThisRun });
  }
  if (batch.records > 0) send(batch);
  while (inFlight.length > 0) await settleOldest();
}

interface SentBatch {
  readonly batch: Batch;
  readonly results: Promise<readonly IngestResult[]>;
}

/** Consecutive records of the file. */
class Batch {
  readonly inputs: InteractionInput[] = [];
  readonly inputLines: number[] = [];
  readonly quarantined: QuarantineRow[] = [];
  skipped = 0;
  records = 0;
  #characters = 0;

  add(record: MappedRecord): void {
    this.records += 1;
    switch (record.kind) {
      case 'skipped':
        this.skipped += 1;
        return;
      case 'quarantined':
        this.quarantined.push({ line: record.line, field: '', reason: record.reason });
        return;
      case 'input':
        this.inputs.push(record.input);
        this.inputLines.push(record.line);
        this.#characters += charactersOf(record.input);
    }
  }

  get isFull(): boolean {
    return this.records >= BATCH_RECORDS || this.#characters >= BATCH_CHARACTERS;
  }
}

/** Text of an interaction with a little for what frames each value. */
function charactersOf(input: InteractionInput): number {
  let characters = 200 + input.interactionId.length + input.propertiesJson.length;
  for (const party of input.parties) {
    for (const { namespace, value } of party.identifiers) {
      characters += namespace.length + value.length + 10;
    }
    for (const [name, value] of Object.entries(party.attributes ?? {})) {
      characters += name.length + value.length + 10;
    }
  }
  return characters;
}

/** What is done of the file: counts, quarantine, checkpoint. */
class Ledger {
  readonly #cluster: Cluster;
  readonly #job: IngestJob;
  readonly #quarantine: QuarantineFile;
  readonly #resumedAt: number;
  #counts: IngestCounts;
  #records: number;
  #clusterEntries: number;
  #checkpointedAt = performance.now();

  private constructor(cluster: Cluster, job: IngestJob, entries: number, restart: boolean) {
    this.#cluster = cluster;
    this.#job = job;
    const found = restart ? null : readCheckpoint(job.checkpointPath, job.scope);
    const state = found !== null && found.clusterEntries <= entries ? found : null;
    this.#quarantine = new QuarantineFile(job.quarantinePath, state?.quarantineBytes ?? 0);
    this.#records = state?.records ?? 0;
    this.#resumedAt = this.#records;
    this.#clusterEntries = entries;
    this.#counts = state?.counts ?? { ingested: 0, quarantined: 0, skipped: 0, droppedValues: 0 };
  }

  static async open(cluster: Cluster, job: IngestJob, progress: Progress): Promise<Ledger> {
    const ledger = new Ledger(cluster, job, await entriesOf(cluster), job.restart);
    if (ledger.#resumedAt > 0) {
      const records = formatCount(ledger.#resumedAt);
      progress.message(`${job.path}: going on after ${records} records of an earlier run`);
    }
    return ledger;
  }

  get records(): number {
    return this.#records;
  }

  get recordsOfThisRun(): number {
    return this.#records - this.#resumedAt;
  }

  async account(batch: Batch, results: readonly IngestResult[]): Promise<void> {
    const rows = [...batch.quarantined];
    let rejected = 0;
    let droppedValues = 0;
    for (const [index, result] of results.entries()) {
      if (result.kind === 'acknowledged') {
        droppedValues += result.dropped.length;
        continue;
      }
      rejected += 1;
      rows.push(...quarantineRows(batch.inputLines[index] ?? 0, result.violations));
    }
    this.#quarantine.append(rows.sort((left, right) => left.line - right.line));
    this.#records += batch.records;
    this.#counts = {
      ingested: this.#counts.ingested + results.length - rejected,
      quarantined: this.#counts.quarantined + batch.quarantined.length + rejected,
      skipped: this.#counts.skipped + batch.skipped,
      droppedValues: this.#counts.droppedValues + droppedValues,
    };
    if (performance.now() - this.#checkpointedAt < CHECKPOINT_INTERVAL_MS) return;
    this.#clusterEntries = await entriesOf(this.#cluster);
    this.#write();
  }

  /** The whole file is in: nothing to go on from. */
  finish(): void {
    removeCheckpoint(this.#job.checkpointPath);
  }

  /** The run ends early: keep the place. The cluster may be gone by now. */
  async stop(): Promise<void> {
    if (this.recordsOfThisRun === 0) return;
    try {
      this.#clusterEntries = await entriesOf(this.#cluster);
    } catch {
      // The count of the last checkpoint is lower, so it errs towards going on, and repeats nothing.
    }
    this.#write();
  }

  close(): void {
    this.#quarantine.close();
  }

  report(): FileReport {
    return {
      path: this.#job.path,
      records: this.#records,
      resumedAt: this.#resumedAt,
      ...this.#counts,
      quarantinePath: this.#quarantine.bytes === 0 ? null : this.#quarantine.path,
    };
  }

  #write(): void {
    writeCheckpoint(this.#job.checkpointPath, this.#job.scope, {
      records: this.#records,
      quarantineBytes: this.#quarantine.bytes,
      clusterEntries: this.#clusterEntries,
      counts: this.#counts,
    });
    this.#checkpointedAt = performance.now();
  }
}

/** Entries in all logs of the cluster. */
async function entriesOf(cluster: Cluster): Promise<number> {
  const status = await cluster.status({ deadlineMs: Date.now() + STATUS_MS });
  return status.partitions.reduce((sum, partition) => sum + partition.lastSequence, 0);
}
