/**
 * What may be asked of the owner of a partition about its generations: progress of the copy, and
 * slices of the comparison of the live with the shadow one.
 */
import type { ProfileId } from '../domain/identifier.ts';
import type { Digest } from '../domain/matching/digest.ts';
import type { QuarterBits } from '../domain/rules.ts';

/** Live interactions: for each its parties as (profile in the live, profile in the shadow). */
export interface ComparedInteractions {
  readonly interactions: readonly (readonly (readonly [ProfileId, ProfileId])[])[];
  /** Interactions that the shadow has not got yet, or refuses. */
  readonly missing: number;
  /** Id to go on after; null: that was all. */
  readonly next: string | null;
}

export interface ComparedProfiles {
  readonly live: readonly [profiles: number, customers: number];
  readonly shadow: readonly [profiles: number, customers: number];
  readonly changed: number;
  readonly added: number;
  readonly gone: number;
  readonly next: string | null;
}

/** How far the owner of a partition has copied it into generation `generation`. */
export interface PartitionCopy {
  readonly isComplete: boolean;
  readonly fraction: number;
  readonly copied: number;
  readonly refused: number;
  readonly pending: number;
}

/** A part of the sample that learning reads: digests of profiles, or of the holders of keys. */
export interface LearningSlice {
  readonly version: string;
  readonly groups: readonly (readonly Digest[])[];
  /** Share of the partition's rows read so far, this slice included. */
  readonly share: number;
  readonly next: string | null;
}

/** Ids of rows, in order. */
export interface ListedRows {
  readonly ids: readonly string[];
  /** Id to go on after; null: that was all. */
  readonly next: string | null;
}

/** What the change feed told last of subjects: `[partition of the live generation, subject, row]`. */
export interface ToldSlice {
  readonly told: readonly (readonly [partition: number, subject: string, row: Uint8Array])[];
  readonly next: string | null;
}

export type GenerationCall =
  | { readonly kind: 'learn'; readonly rows: 'a/' | 'k/'; readonly after: string }
  | { readonly kind: 'progress'; readonly generation: number }
  /** Answered, with true, when a former generation may be given up as far as the owner knows. */
  | { readonly kind: 'quiet'; readonly generation: number }
  | { readonly kind: 'list'; readonly generation: number; rows: 'i/' | 'a/'; after: string }
  /** Of a former generation, for partitions of the live one; answered when it tells no more. */
  | {
      readonly kind: 'told';
      readonly generation: number;
      readonly partitions: readonly number[];
      readonly after: string;
    }
  | { readonly kind: 'interactions'; readonly after: string }
  | {
      readonly kind: 'profiles';
      readonly after: string;
      readonly certainties: readonly [live: QuarterBits, shadow: QuarterBits];
    };

/** Subject on which the owner of a partition answers; the same for all generations. */
export function generationSubject(partition: number): string {
  return `selfsame.v1.generation.${String(partition).padStart(3, '0')}`;
}

export interface ComparePort {
  interactions(partition: number, after: string): Promise<ComparedInteractions>;
  profiles(
    partition: number,
    after: string,
    certainties: readonly [live: QuarterBits, shadow: QuarterBits],
  ): Promise<ComparedProfiles>;
}
