/**
 * The checkpoint of an ingestion: how many records of a file the cluster has acknowledged, so that
 * a run that was interrupted goes on from there. It exists only between an interruption and the end.
 *
 * It is a convenience and never a promise: whenever anything differs from the run that wrote it, the
 * file is ingested from its beginning, which is harmless, because the cluster drops repetitions.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** What must be the same for a checkpoint to count. */
export interface CheckpointScope {
  /** Size and modification time of the source file. */
  readonly fileBytes: number;
  readonly fileModifiedAtMs: number;
  /** SHA-256 of the mapping file. */
  readonly mappingDigest: string;
  /** The cluster written to: address, or data folder. */
  readonly target: string;
}

export interface CheckpointState {
  /** Records done: acknowledged, skipped or in quarantine. */
  readonly records: number;
  readonly quarantineBytes: number;
  /**
   * Entries in the cluster's logs when this was written. A cluster that has fewer now is not the
   * one that acknowledged the records (its data were removed, or it is another).
   */
  readonly clusterEntries: number;
  readonly counts: IngestCounts;
}

export interface IngestCounts {
  readonly ingested: number;
  readonly quarantined: number;
  readonly skipped: number;
  /** Values dropped as blocked, junk or not parseable; their interactions were taken. */
  readonly droppedValues: number;
}

const FORMAT = 1;

/** Writes in one step: a crash leaves the old checkpoint or the new one. */
export function writeCheckpoint(
  path: string,
  scope: CheckpointScope,
  state: CheckpointState,
): void {
  const text = `${JSON.stringify({ format: FORMAT, ...scope, ...state }, null, 2)}\n`;
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

export function removeCheckpoint(path: string): void {
  rmSync(path, { force: true });
}

/** The state to go on from; null when there is none, or it belongs to another run. */
export function readCheckpoint(path: string, scope: CheckpointScope): CheckpointState | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  const stored = parseObject(text);
  if (stored === null || stored['format'] !== FORMAT) return null;
  for (const [name, value] of Object.entries(scope)) if (stored[name] !== value) return null;
  const counts = stored['counts'];
  if (typeof counts !== 'object' || counts === null) return null;
  const number = (holder: object, name: string): number => {
    const value: unknown = Reflect.get(holder, name);
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : Number.NaN;
  };
  const state: CheckpointState = {
    records: number(stored, 'records'),
    quarantineBytes: number(stored, 'quarantineBytes'),
    clusterEntries: number(stored, 'clusterEntries'),
    counts: {
      ingested: number(counts, 'ingested'),
      quarantined: number(counts, 'quarantined'),
      skipped: number(counts, 'skipped'),
      droppedValues: number(counts, 'droppedValues'),
    },
  };
  const { records, quarantineBytes, clusterEntries } = state;
  const { ingested, quarantined, skipped, droppedValues } = state.counts;
  const numbers = [records, quarantineBytes, clusterEntries];
  numbers.push(ingested, quarantined, skipped, droppedValues);
  return numbers.some((value) => Number.isNaN(value)) ? null : state;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null;
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
