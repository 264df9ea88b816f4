/**
 * What `selfsame ingest` does, apart from its words: opens the cluster, takes file after file, sums up.
 */
import { resolve } from 'node:path';
import type { AckLevel, Cluster } from '../../../shared/protocol/cluster.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { ExitCode, usageError } from '../exit-codes.ts';
import { refuseSharedLineIds } from '../line-ids.ts';
import { loadMapping, loadRules } from '../load-config.ts';
import type { MappedFile } from '../mapping-arguments.ts';
import { formatDuration, Progress } from '../progress.ts';
import { clientFiles, explainUnreachable, targetAddress } from '../target.ts';
import { formatCount } from '../text-table.ts';
import { ingestFile } from './ingest-file.ts';
import type { FileReport, IngestJob } from './ledger.ts';
import { identifyFile } from './source-records.ts';

export interface IngestOptions {
  readonly json?: boolean;
  readonly target?: string;
  readonly data?: string;
  readonly rules?: string;
  readonly ack: AckLevel;
  readonly patience: number;
  readonly restart?: boolean;
  readonly strict?: boolean;
  readonly delivery?: string;
}

/** Ingests the files in order; reports on standard output. Throws as `ingestFile` does. */
export async function ingestFiles(
  context: CliContext,
  files: readonly MappedFile[],
  options: IngestOptions,
): Promise<void> {
  if (options.data !== undefined && options.target !== undefined) {
    throw usageError('--data and --target exclude each other');
  }
  if (options.rules !== undefined && options.data === undefined) {
    throw usageError('--rules only has a meaning with --data: a running cluster has its own');
  }
  const rules = options.data === undefined ? null : loadRules(options.rules ?? null);
  const target = options.data === undefined ? targetAddress(context, options.target) : null;
  const jobs = files.map(({ path, mappingPath }): IngestJob => {
    const { mapping, digest } = labelled(loadMapping(mappingPath, rules), options.delivery);
    const { bytes, modifiedAtMs } = identifyFile(path);
    return {
      path,
      mapping,
      scope: {
        fileBytes: bytes,
        fileModifiedAtMs: modifiedAtMs,
        mappingDigest: digest,
        target: target ?? `data folder ${resolve(options.data ?? '')}`,
      },
      checkpointPath: `${path}.selfsame-checkpoint`,
      quarantinePath: `${path}.quarantine.csv`,
      restart: options.restart === true,
    };
  });
  refuseSharedLineIds(jobs);
  const cluster = await openCluster(context, options, target);
  try {
    await takeJobs(context, cluster, jobs, options);
  } catch (error) {
    throw target === null ? error : explainUnreachable(error, target);
  } finally {
    await cluster.close();
  }
}

/** The mapping with the label of this delivery; a run with another label is another run. */
function labelled(
  loaded: ReturnType<typeof loadMapping>,
  label: string | undefined,
): ReturnType<typeof loadMapping> {
  if (label === undefined) return loaded;
  const source = { kind: 'constant', text: label } as const;
  const delivery = { source, split: null, values: null, otherwise: null, fallback: null };
  return { mapping: { ...loaded.mapping, delivery }, digest: `${loaded.digest} ${label}` };
}

function openCluster(
  context: CliContext,
  options: IngestOptions,
  target: string | null,
): Promise<Cluster> {
  if (target !== null) return context.clusters.connect(target, clientFiles(context, options));
  return context.clusters.openEmbedded({
    dataDir: options.data ?? '',
    rulesPath: options.rules ?? null,
    partitions: null,
  });
}

async function takeJobs(
  context: CliContext,
  cluster: Cluster,
  jobs: readonly IngestJob[],
  options: IngestOptions,
): Promise<void> {
  const startedAt = performance.now();
  const reports: FileReport[] = [];
  for (const job of jobs) {
    const progress = new Progress(context.stderr, `ingest ${job.path}`, 'records');
    try {
      reports.push(
        await ingestFile(cluster, job, {
          ack: options.ack,
          patienceMs: options.patience * 1000,
          signal: context.signal,
          progress,
        }),
      );
    } finally {
      progress.clear();
    }
  }
  const elapsedMs = performance.now() - startedAt;
  if (options.json === true) writeJson(context.stdout, jsonOf(reports, elapsedMs));
  else writeLines(context.stdout, summaryOf(reports, elapsedMs));
  const isQuarantined = reports.some((report) => report.quarantined > 0);
  const isNothingTaken = reports.every((report) => report.ingested === 0);
  if (isQuarantined && (options.strict === true || isNothingTaken)) {
    context.exitCode = ExitCode.negative;
  }
}

function total(reports: readonly FileReport[], count: (report: FileReport) => number): number {
  return reports.reduce((sum, report) => sum + count(report), 0);
}

function recordsPerSecond(reports: readonly FileReport[], elapsedMs: number): number {
  const records = total(reports, (report) => report.records - report.resumedAt);
  return Math.round((records * 1000) / Math.max(1, elapsedMs));
}

function jsonOf(reports: readonly FileReport[], elapsedMs: number): unknown {
  return {
    records: total(reports, (report) => report.records),
    ingested: total(reports, (report) => report.ingested),
    quarantined: total(reports, (report) => report.quarantined),
    skipped: total(reports, (report) => report.skipped),
    dropped_values: total(reports, (report) => report.droppedValues),
    seconds: Math.round(elapsedMs) / 1000,
    records_per_second: recordsPerSecond(reports, elapsedMs),
    files: reports.map((report) => ({
      file: report.path,
      records: report.records,
      resumed_at: report.resumedAt,
      ingested: report.ingested,
      quarantined: report.quarantined,
      skipped: report.skipped,
      dropped_values: report.droppedValues,
      quarantine_file: report.quarantinePath,
    })),
  };
}

function summaryOf(reports: readonly FileReport[], elapsedMs: number): string[] {
  const lines = reports.flatMap((report) => {
    const { droppedValues, skipped } = report;
    const details = [
      `${formatCount(report.ingested)} ingested`,
      `${formatCount(report.quarantined)} in quarantine`,
      ...(skipped > 0 ? [`${formatCount(skipped)} skipped by the mapping`] : []),
      ...(droppedValues > 0
        ? [`${formatCount(droppedValues)} junk or blocked values dropped`]
        : []),
    ];
    const line = `${report.path}: ${formatCount(report.records)} records: ${details.join(', ')}`;
    const quarantine = report.quarantinePath;
    return quarantine === null ? [line] : [line, `  reasons by line: ${quarantine}`];
  });
  const rate = formatCount(recordsPerSecond(reports, elapsedMs));
  return [...lines, `done in ${formatDuration(elapsedMs)}, ${rate} records/s`];
}
