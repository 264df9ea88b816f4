/**
 * The data of one component: what its root holds and what clustering reads and returns.
 */
import type { ProfileId } from './identifier.ts';
import type { Digest } from './matching/digest.ts';
import type { QuarterBits } from './rules.ts';

/** A value of a limited or exclusive namespace, in one window bucket (0 when `ever`). */
export type LimitedValue = readonly [namespace: string, bucket: number, value: string];

/** What the root knows of one profile besides its edges. */
export interface ComponentMember {
  readonly profile: ProfileId;
  /** Least `received_at` of the live observations; null when there is none. */
  readonly receivedAt: number | null;
  /** Values of namespaces that have a limit or are exclusive; sorted, without duplicates. */
  readonly limited: readonly LimitedValue[];
  /** Split decisions that name this profile: same decision, different label = never together. */
  readonly labels: readonly (readonly [decisionId: string, label: string])[];
  /** Profiles this one must never share a customer with (effective cannot-link decisions). */
  readonly cannotLinks: readonly ProfileId[];
  /** What the profile is compared by; empty where nothing is scored. */
  readonly digest: Digest;
}

/** The effective edge of one pair (the strongest of its kinds). `low < high` by code unit. */
export interface ComponentEdge {
  readonly low: ProfileId;
  readonly high: ProfileId;
  readonly certainty: QuarterBits;
  /** floor(log2(distinct days of support)), 0..10; 0 for decisions. */
  readonly support: number;
  /** Priority of the best namespace it rests on; 1 is the best, 0 a decision. */
  readonly priority: number;
  readonly mustLink: boolean;
}

export type RefusalReason =
  | { readonly kind: 'cannot_link' }
  | { readonly kind: 'split_decision'; readonly decisionId: string }
  | { readonly kind: 'limit'; readonly namespace: string }
  | { readonly kind: 'exclusive'; readonly namespace: string }
  | { readonly kind: 'contested' }
  | { readonly kind: 'cohesion' };

/**
 * How the customer of a profile depends on the certainty asked for. At certainty t the customer is
 * that of the last step whose certainty is >= t, and the step's certainty is the profile's; with no
 * such step the profile is its own founder, with certainty `strongest` (null: alone, p = 1) when
 * that is >= t, else alone.
 */
export interface Ladder {
  /** Strongest accepted edge at the profile, null when there is none. */
  readonly strongest: QuarterBits | null;
  /** By descending certainty; each names the founder from there down. Never names itself. */
  readonly steps: readonly (readonly [certainty: QuarterBits, founder: ProfileId])[];
  /**
   * The strongest edge of the profile that was refused as contested, when no accepted one of it is
   * stronger: in views down to here its customer is not the only one that fits. Else absent.
   */
  readonly contested?: QuarterBits;
}

export interface ClusterResult {
  /** One ladder a member, keyed by profile. */
  readonly ladders: ReadonlyMap<ProfileId, Ladder>;
  /** The spanning forest: edges that joined two clusters, in the order they did. */
  readonly accepted: readonly ComponentEdge[];
  readonly refused: readonly RefusedEdge[];
  /** Must-links that joined although they break a limit or an exclusivity. */
  readonly overruled: readonly RefusedEdge[];
}

export interface RefusedEdge {
  readonly edge: ComponentEdge;
  readonly reason: RefusalReason;
}

/** The founder and certainty that a ladder gives at `minCertainty` (null certainty: p = 1). */
export function readLadder(
  profile: ProfileId,
  ladder: Ladder,
  minCertainty: QuarterBits,
): { readonly founder: ProfileId; readonly certainty: QuarterBits | null } {
  for (let index = ladder.steps.length - 1; index >= 0; index--) {
    const step = ladder.steps[index];
    if (step !== undefined && step[0] >= minCertainty)
      return { founder: step[1], certainty: step[0] };
  }
  const strongest = ladder.strongest;
  return {
    founder: profile,
    certainty: strongest !== null && strongest >= minCertainty ? strongest : null,
  };
}
