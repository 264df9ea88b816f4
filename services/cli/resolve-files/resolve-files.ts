/**
 * Batch resolution: all records of some files, then one line for each with its customer. Everything
 * is there before anything is decided, so it needs no cluster; the answer is the one that a cluster
 * gives once it is settled (`shared/domain/batch`).
 *
 * A record is an interaction; its line tells the customer of its first party. Customer ids are keyed
 * with a hash of the whole input, so that the same records give the same file, in whatever order
 * they came, while an id tells nothing to those who have not got them all.
 */
import { createHash } from 'node:crypto';
import { asProbability, readingCertainty } from '../../../shared/cluster/reader.ts';
import { ReferenceCodec } from '../../../shared/cluster/references.ts';
import { BatchEvidence, supersedes } from '../../../shared/domain/batch/batch-evidence.ts';
import { profilesOf } from '../../../shared/domain/batch/batch-profiles.ts';
import { type BatchResolution, resolveBatch } from '../../../shared/domain/batch/resolve-batch.ts';
import type { Reliability } from '../../../shared/learning/reliability.ts';
import { readLadder } from '../../../shared/domain/component.ts';
import { compareText, type ProfileId } from '../../../shared/domain/identifier.ts';
import type { RoutedInteraction } from '../../../shared/domain/interaction.ts';
import { indexRules, type QuarterBits, type Rules } from '../../../shared/domain/rules.ts';
import type { Mapping } from '../../../shared/ingress/mapping-file.ts';
import { compileRules, routeInteraction } from '../../../shared/ingress/routing.ts';
import { CliError, ExitCode } from '../exit-codes.ts';
import { type QuarantineRow, quarantineRows } from '../ingest/quarantine-file.ts';
import { SourceRecords } from '../ingest/source-records.ts';
import type { Progress } from '../progress.ts';
import { type FittedRules, fitRules, type RulesFit } from './fit-rules.ts';
import { judgePairs } from './judge-pairs.ts';

export interface ResolveFilesInput {
  readonly files: readonly { readonly path: string; readonly mapping: Mapping }[];
  readonly rules: Rules;
  /** Whether the weights of rules that score are fitted to the records. */
  readonly fit: boolean;
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

export interface ResolveFilesResult extends FittedRules {
  /** Sorted by source, then record id, by code unit. */
  readonly records: readonly ResolvedRecord[];
  readonly customers: number;
  readonly quarantined: readonly { readonly path: string; readonly rows: QuarantineRow[] }[];
  readonly skipped: number;
  /** Joins that the size guard held. */
  readonly held: number;
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

/** Throws `CliError` for unreadable files (2) and Ctrl-C (130). */
export async function resolveFiles(input: ResolveFilesInput): Promise<ResolveFilesResult> {
  // Before the work, since it may be refused.
  const compiled = compileRules(input.rules);
  const minCertainty = readingCertainty(compiled, input.minCertainty ?? undefined);
  const taken = await takeFiles(input);
  const profiles = profilesOf(indexRules(input.rules), taken.evidence);
  throwIfStopped(input.signal);
  const { scoring } = input.rules;
  const { compared, ...fitted }: RulesFit =
    input.fit && scoring !== null
      ? fitRules(input.rules, scoring, profiles)
      : { rules: input.rules, alarm: null, compared: null };
  throwIfStopped(input.signal);
  const index = indexRules(fitted.rules);
  const resolution = resolveBatch(index, profiles, compared);
  const records = customersOf(resolution, taken.versions, minCertainty);
  const customers = new Set(records.map((record) => record.customerId)).size;
  const { truthOf } = input;
  const reliability =
    truthOf === undefined ? null : judgePairs(index, profiles, taken.versions, truthOf);
  const { quarantined, skipped } = taken;
  const { held } = resolution;
  return { ...fitted, records, customers, quarantined, skipped, held, reliability };
}

/** Between two steps, none of which can be interrupted. */
function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new CliError(ExitCode.interrupted, 'stopped; nothing was written');
}

interface TakenFiles {
  readonly evidence: BatchEvidence;
  readonly versions: readonly RecordVersion[];
  readonly quarantined: ResolveFilesResult['quarantined'];
  readonly skipped: number;
}

async function takeFiles({
  files,
  rules,
  signal,
  ...input
}: ResolveFilesInput): Promise<TakenFiles> {
  const compiled = compileRules(rules);
  const evidence = new BatchEvidence();
  const versions = new VersionTable();
  const quarantined: { path: string; rows: QuarantineRow[] }[] = [];
  let skipped = 0;
  for (const { path, mapping } of files) {
    const progress = input.progress(path);
    const records = new SourceRecords(path, mapping);
    const rows: QuarantineRow[] = [];
    let done = 0;
    try {
      for await (const record of records.read()) {
        throwIfStopped(signal);
        done += 1;
        progress.update({ fraction: records.fraction, done });
        if (record.kind === 'skipped') skipped += 1;
        else if (record.kind === 'quarantined') {
          rows.push({ line: record.line, field: '', reason: record.reason });
        } else {
          const routed = routeInteraction(compiled, record.input, 0);
          if (routed.kind === 'rejected') {
            rows.push(...quarantineRows(record.line, routed.violations));
            continue;
          }
          versions.add(routed.interaction);
          evidence.add(routed.interaction);
        }
      }
    } finally {
      progress.clear();
    }
    if (rows.length > 0) quarantined.push({ path, rows });
  }
  return { evidence, versions: versions.sorted(), quarantined, skipped };
}

/** The live version of each record. */
class VersionTable {
  readonly #byInteraction = new Map<string, RecordVersion>();

  add(interaction: RoutedInteraction): void {
    const { id, source, interactionId: recordId, revision, digest } = interaction;
    const profile = interaction.parties[0]?.profile;
    const known = this.#byInteraction.get(id);
    if (profile === undefined || (known !== undefined && !supersedes(interaction, known))) return;
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

function customersOf(
  { ladders }: BatchResolution,
  versions: readonly RecordVersion[],
  minCertainty: QuarterBits,
): readonly ResolvedRecord[] {
  const references = new ReferenceCodec(contentKey(versions));
  return versions.map(({ source, recordId, profile }) => {
    const ladder = ladders.get(profile);
    if (ladder === undefined) throw new Error('a record that was taken has no profile');
    const { founder, certainty } = readLadder(profile, ladder, minCertainty);
    const customerId = references.customerId(founder);
    return { source, recordId, customerId, certainty: asProbability(certainty) };
  });
}

/** 16 bytes that only the holder of all records can compute. */
function contentKey(versions: readonly RecordVersion[]): Uint8Array {
  const hash = createHash('sha256').update('selfsame resolve-files 1');
  for (const { source, recordId, revision, digest } of versions) {
    hash.update(JSON.stringify([source, recordId, revision, digest]));
  }
  return hash.digest().subarray(0, 16);
}
