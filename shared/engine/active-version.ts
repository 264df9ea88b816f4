/**
 * The version that a partition runs: the rules and the reducer, as its ACTIVATE entry names them.
 *
 * A program that would decide otherwise than the one that wrote the log must not touch it: a replay
 * would part from what was sent. So every change of the reducer that a replay could notice, or of what the store
 * keeps of its states, raises `REDUCER_VERSION`, and an owner refuses what it has not got.
 */
import type { Rules } from '../domain/rules.ts';

/** 2: 2026-11-26, profiles are stored in three parts. 1: the first that is named in ACTIVATE entries. */
export const REDUCER_VERSION = 2;

export interface ActiveVersion {
  readonly rules: Rules;
  readonly reducer: number;
}

/** The partition's active version is none that this process has or can run. */
export class VersionUnsupported extends Error {
  readonly code = 'version_unsupported';
  readonly retryable = false;
}

/** Throws `VersionUnsupported`. */
export function assertRunnable({ rules, reducer }: ActiveVersion): void {
  if (reducer === REDUCER_VERSION) return;
  throw new VersionUnsupported(
    `version ${rules.version} runs with reducer ${String(reducer)}, this program has ` +
      `${REDUCER_VERSION}: run the program that activated it`,
  );
}

/** Throws `VersionUnsupported` unless the partition runs the version that this process was given. */
export function assertSameVersion(partition: number, active: Rules, given: Rules): void {
  if (active.version === given.version) return;
  throw new VersionUnsupported(
    `partition ${partition} runs rules version ${active.version}, which this process has not got: ` +
      `it was given ${given.version}`,
  );
}
