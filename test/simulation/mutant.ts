/**
 * A deliberately broken variant of the engine: exact replacements in the sources. Every `find` must
 * occur exactly once, so a mutant that no longer fits the code fails loudly instead of testing nothing.
 */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  /** Suite that must catch it instead of the simulator: `versions` (property), `unit/placed-log`. */
  readonly suite?: string;
  /** Schedules under placement must catch it. */
  readonly isPlaced?: boolean;
  readonly edits: readonly Edit[];
}

export function one(name: string, file: string, find: string, replace: string): Mutant {
  return { name, edits: [{ file, find, replace }] };
}

/** One that the named suite must catch. */
export function inSuite(suite: string, { name, edits }: Mutant): Mutant {
  return { name, suite, edits };
}
