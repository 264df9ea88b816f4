/**
 * Batch resolution: all records of some files through a cluster of their own, then one line for
 * each record with its customer. The cluster lives in a temporary folder and is removed afterwards.
 *
 * A record is an interaction; its line tells the customer of its first party. Customer ids are keyed
 * with a hash of the whole input, so that the same records give the same file, in whatever order
 * they came, while an id tells nothing to those who have not got them all.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PartitionBatch } from '../../../shared/cluster/partition-batch.ts';
import { asProbability, readingCertainty, unpackLadder } from '../../../shared/cluster/reader.ts';
import { ReferenceCodec } from '../../../shared/cluster/references.ts';
import type { Reliability } from '../../../shared/learning/reliability.ts';
import { readLadder } from '../../../shared/domain/component.ts';
import { compareText, type ProfileId } from '../../../shared/domain/identifier.ts';
import type { InteractionInput, RoutedInteraction } from '../../../shared/domain/interaction.ts';
import type { QuarterBits, Rules } from '../../../shared/domain/rules.ts';
import type { Mapping } from '../../../shared/ingress/mapping-file.ts';
import { compileRules, routeInteraction } from '../../../shared/ingress/routing.ts';
import {
  type EmbeddedCluster,
  openEmbeddedCluster,
} from '../../../shared/engine/embedded-cluster.ts';
import { CliError, ExitCode } from '../exit-codes.ts';
import { type QuarantineRow, quarantineRows } from '../ingest/quarantine-file.ts';
import { sendBatch } from '../ingest/send-batch.ts';
import { SourceRecords } from '../ingest/source-records.ts';
import type { Progress } from '../progress.ts';
import { judgePairs } from './judge-pairs.ts';

export interface ResolveFilesInput {
  readonly files: readonly { readonly path: string; readonly mapping: Mapping }[];
  readonly rules: Rules;
  /** 0..1; null: the cluster floor. */
  readonly minCertainty: number | null;
  readonly signal: AbortSignal;
  readonly progress: (path: string) => Progress;
  /** The true cluster of a record; null: not known. Pairs are judged when it is given. */
  readonly truthOf?: (source: string, recordId: string) => number | null;
}

export interface ResolvedRecord {
  readonly source: string;
  readonly recordId: string;
  readonly customerId: string;
  /** 0..1. */
  readonly certainty: number;
}

export interface ResolveFilesResult {
  /** Sorted by source, then record id, by code unit. */
  readonly records: readonly ResolvedRecord[];
  readonly customers: number;
  readonly quarantined: readonly { readonly path: string; readonly rows: QuarantineRow[] }[];
  readonly skipped: number;
  /** Pairs that evidence proposes, by their truth; null without `truthOf`. */
  readonly reliability: Reliability | null;
}

/** The live version of a record so far: the highest (revision, digest), as in the cluster (S4). */
export interface RecordVersion {
  readonly source: string;
  readonly recordId: string;
  readonly revision: number;
  readonly digest: string;
  readonly profile: ProfileId;
}

const BATCH_RECORDS = 1_000;
/** The cluster commits one round while it works on the next. */
const BATCHES_IN_FLIGHT = 6;
/** Nothing else uses this cluster: it is never away for long. */
const PATIENCE_MS = 60_000;
/** Ladders asked for at a time. */
const READ_PROFILES = 20_000;

/** Throws `CliError` for unreadable files (2) and Ctrl-C (130), `ClusterError` when it fails. */
export async function resolveFiles(input: ResolveFilesInput): Promise<ResolveFilesResult> {
  // Before the work, since it may be refused.
  const compiled = compileRules(input.rules);
  const minCertainty = readingCertainty(compiled, input.minCertainty ?? undefined);
  const dataDir = mkdtempSync(join(tmpdir(), 'selfsame-resolve-'));
  try {
    const cluster = await openEmbeddedCluster({ dataDir, rules: input.rules });
    try {
      const taken = await takeFiles(cluster, input);
      await cluster.settle({});
      const records = await readCustomers(
        cluster.context,
        taken.versions,
        minCertainty,
        input.signal,
      );
      const customers = new Set(records.map((record) => record.customerId)).size;
      const { quarantined, skipped } = taken;
      const reliability =
        input.truthOf === undefined
          ? null
          : await judgePairs(cluster.context, taken.versions, input.truthOf, input.signal);
      return { records, customers, quarantined, skipped, reliability };
    } finally {
      await cluster.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface TakenFiles {
  readonly versions: readonly RecordVersion[];
  readonly quarantined: ResolveFilesResult['quarantined'];
  readonly skipped: number;
}

async function takeFiles(cluster: EmbeddedCluster, input: ResolveFilesInput): Promise<TakenFiles> {
  const versions = new VersionTable();
  const quarantined: { path: string; rows: QuarantineRow[] }[] = [];
  let skipped = 0;
  for (const { path, mapping } of input.files) {
    const progress = input.progress(path);
    const sender = new BatchSender(cluster, progress, input.signal);
    const records = new SourceRecords(path, mapping);
    const rows: QuarantineRow[] = [];
    let done = 0;
    try {
      for await (const record of records.read()) {
        if (input.signal.aborted) break;
        done += 1;
        progress.update({ fraction: records.fraction, done });
        if (record.kind === 'skipped') skipped += 1;
        else if (record.kind === 'quarantined') {
          rows.push({ line: record.line, field: '', reason: record.reason });
        } else {
          const routed = routeInteraction(cluster.context.rules, record.input, 0);
          if (routed.kind === 'rejected') {
            rows.push(...quarantineRows(record.line, routed.violations));
            continue;
          }
          versions.add(routed.interaction);
          await sender.add(record.input);
        }
      }
      await sender.flush();
    } finally {
      sender.close();
      progress.clear();
    }
    if (rows.length > 0) quarantined.push({ path, rows });
  }
  return { versions: versions.sorted(), quarantined, skipped };
}

/** Sends in batches: some are at work while the next is read. */
class BatchSender {
  readonly #cluster: EmbeddedCluster;
  readonly #progress: Progress;
  readonly #interruption: AbortSignal;
  readonly #stop = new AbortController();
  #batch: InteractionInput[] = [];
  readonly #sent: Promise<unknown>[] = [];

  constructor(cluster: EmbeddedCluster, progress: Progress, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#progress = progress;
    this.#interruption = signal;
  }

  async add(input: InteractionInput): Promise<void> {
    this.#batch.push(input);
    if (this.#batch.length >= BATCH_RECORDS) await this.#send();
  }

  /** Resolves when everything is in. Throws `CliError` (130) after Ctrl-C. */
  async flush(): Promise<void> {
    if (this.#interruption.aborted) {
      throw new CliError(ExitCode.interrupted, 'stopped; nothing was written');
    }
    await this.#send();
    await Promise.all(this.#sent);
  }

  /** Ends what is still on its way: after a failure nobody waits for it. */
  close(): void {
    this.#stop.abort();
  }

  async #send(): Promise<void> {
    if (this.#sent.length >= BATCHES_IN_FLIGHT) await this.#sent.shift();
    const sent = sendBatch(this.#cluster, this.#batch, {
      ack: 'accepted',
      receivedAt: 0,
      patienceMs: PATIENCE_MS,
      signal: AbortSignal.any([this.#interruption, this.#stop.signal]),
      onWait: (reason) => this.#progress.message(`waiting: ${reason}`),
    });
    // Awaited later; until then a failure must not count as unhandled.
    sent.catch(() => undefined);
    this.#sent.push(sent);
    this.#batch = [];
  }
}

/** The live version of each record. */
class VersionTable {
  readonly #byInteraction = new Map<string, RecordVersion>();

  add(interaction: RoutedInteraction): void {
    const { id, source, interactionId: recordId, revision, digest } = interaction;
    const profile = interaction.parties[0]?.profile;
    const known = this.#byInteraction.get(id);
    if (profile === undefined || (known !== undefined && !isNewer(interaction, known))) return;
    this.#byInteraction.set(id, { source, recordId, revision, digest, profile });
  }

  /** By source, then record id, by code unit. */
  sorted(): readonly RecordVersion[] {
    return [...this.#byInteraction.values()].sort(
      (left, right) =>
        compareText(left.source, right.source) || compareText(left.recordId, right.recordId),
    );
  }
}

function isNewer(
  version: Pick<RecordVersion, 'revision' | 'digest'>,
  known: Pick<RecordVersion, 'revision' | 'digest'>,
): boolean {
  if (version.revision !== known.revision) return version.revision > known.revision;
  return version.digest > known.digest;
}

async function readCustomers(
  { port, topology }: EmbeddedCluster['context'],
  versions: readonly RecordVersion[],
  minCertainty: QuarterBits,
  signal: AbortSignal,
): Promise<readonly ResolvedRecord[]> {
  const references = new ReferenceCodec(contentKey(versions));
  const records: ResolvedRecord[] = [];
  for (let start = 0; start < versions.length; start += READ_PROFILES) {
    const chunk = versions.slice(start, start + READ_PROFILES);
    const batch = new PartitionBatch(topology);
    for (const { profile } of chunk) batch.askLadder(profile);
    await batch.run(port, { signal });
    for (const { source, recordId, profile } of chunk) {
      const packed = batch.ladders.get(profile) ?? null;
      if (packed === null) throw new Error('a record that was taken has no profile');
      const { founder, certainty } = readLadder(profile, unpackLadder(packed), minCertainty);
      records.push({
        source,
        recordId,
        customerId: references.customerId(founder),
        certainty: asProbability(certainty),
      });
    }
  }
  return records;
}

/** 16 bytes that only the holder of all records can compute. */
function contentKey(versions: readonly RecordVersion[]): Uint8Array {
  const hash = createHash('sha256').update('selfsame resolve-files 1');
  for (const { source, recordId, revision, digest } of versions) {
    hash.update(JSON.stringify([source, recordId, revision, digest]));
  }
  return hash.digest().subarray(0, 16);
}
