/**
 * The ledger of one file's ingestion: what became of its records, kept in step with the quarantine
 * file and the checkpoint.
 */
import type { Mapping } from '../../../shared/ingress/mapping-file.ts';
import type { Cluster, IngestResult } from '../../../shared/protocol/cluster.ts';
import type { Progress } from '../progress.ts';
import { formatCount } from '../text-table.ts';
import { unlessDenied } from '../unless-denied.ts';
import type { Batch } from './batch.ts';
import {
  type CheckpointScope,
  type IngestCounts,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts';
import { QuarantineFile, quarantineRows } from './quarantine-file.ts';

export interface IngestJob {
  readonly path: string;
  readonly mapping: Mapping;
  readonly scope: CheckpointScope;
  readonly checkpointPath: string;
  readonly quarantinePath: string;
  /** Ignore a checkpoint. */
  readonly restart: boolean;
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

/** What a crash (not Ctrl-C) costs: a second of records that are sent again. */
const CHECKPOINT_INTERVAL_MS = 1_000;
/** A status that takes longer tells that the cluster is in trouble. */
const STATUS_MS = 10_000;

/** What is done of the file: counts, quarantine, checkpoint. */
export class Ledger {
  readonly #cluster: Cluster;
  readonly #job: IngestJob;
  readonly #progress: Progress;
  readonly #quarantine: QuarantineFile;
  readonly #resumedAt: number;
  #counts: IngestCounts;
  #records: number;
  #clusterEntries: number;
  #checkpointedAt = performance.now();

  /** `entries`: of the cluster; null: this caller may not know, and the checkpoint is believed. */
  private constructor(
    cluster: Cluster,
    job: IngestJob,
    entries: number | null,
    progress: Progress,
  ) {
    this.#cluster = cluster;
    this.#job = job;
    this.#progress = progress;
    const found = job.restart ? null : readCheckpoint(job.checkpointPath, job.scope);
    const isOfCluster = entries === null || (found?.clusterEntries ?? 0) <= entries;
    const state = isOfCluster ? found : null;
    this.#quarantine = new QuarantineFile(job.quarantinePath, state?.quarantineBytes ?? 0);
    this.#records = state?.records ?? 0;
    this.#resumedAt = this.#records;
    this.#clusterEntries = entries ?? 0;
    this.#counts = state?.counts ?? { ingested: 0, quarantined: 0, skipped: 0, droppedValues: 0 };
  }

  static async open(cluster: Cluster, job: IngestJob, progress: Progress): Promise<Ledger> {
    const ledger = new Ledger(cluster, job, await entriesOf(cluster), progress);
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

  /** Counts a batch whose interactions were all answered. Call in the order of the file. */
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
    await this.#checkpoint();
  }

  /** The whole file is in: nothing to go on from. */
  finish(): void {
    removeCheckpoint(this.#job.checkpointPath);
  }

  /** The run ends early: keep the place. The cluster may be gone by now. */
  async stop(): Promise<void> {
    if (this.recordsOfThisRun === 0) return;
    await this.#checkpoint();
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

  async #checkpoint(): Promise<void> {
    try {
      this.#clusterEntries = (await entriesOf(this.#cluster)) ?? 0;
    } catch {
      // The count of before is lower, so it errs towards going on, and is checked again then.
    }
    this.#checkpointedAt = performance.now();
    try {
      writeCheckpoint(this.#job.checkpointPath, this.#job.scope, {
        records: this.#records,
        quarantineBytes: this.#quarantine.bytes,
        clusterEntries: this.#clusterEntries,
        counts: this.#counts,
      });
    } catch (error) {
      // A convenience that is missing must not stop the work (read-only folder, full disk).
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      this.#progress.message(
        `no checkpoint: ${this.#job.checkpointPath} is not writable (${code})`,
      );
      this.#checkpointedAt = Number.POSITIVE_INFINITY;
    }
  }
}

/** Entries in all logs of the cluster; null: the caller's token may send, and not see the cluster's state. */
function entriesOf(cluster: Cluster): Promise<number | null> {
  return unlessDenied(async () => {
    const status = await cluster.status({ deadlineMs: Date.now() + STATUS_MS });
    return status.partitions.reduce((sum, partition) => sum + partition.lastSequence, 0);
  });
}
