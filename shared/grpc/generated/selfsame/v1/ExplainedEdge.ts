// Original file: selfsame/v1/explanation.proto

import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from '../../selfsame/v1/Identifier.ts';
import type { EdgeReason as _selfsame_v1_EdgeReason, EdgeReason__Output as _selfsame_v1_EdgeReason__Output } from '../../selfsame/v1/EdgeReason.ts';
import type { Contribution as _selfsame_v1_Contribution, Contribution__Output as _selfsame_v1_Contribution__Output } from '../../selfsame/v1/Contribution.ts';
import type { Band as _selfsame_v1_Band, Band__Output as _selfsame_v1_Band__Output } from '../../selfsame/v1/Band.ts';

/**
 * Evidence that two profiles are one customer, and what became of it.
 */
export interface ExplainedEdge {
  /**
   * Anchor of one profile.
   */
  'left'?: (_selfsame_v1_Identifier | null);
  /**
   * Anchor of the other profile.
   */
  'right'?: (_selfsame_v1_Identifier | null);
  /**
   * Reference of the left profile.
   */
  'leftRef'?: (string);
  /**
   * Reference of the right profile.
   */
  'rightRef'?: (string);
  /**
   * Probability, 0 to 1, of the strongest reason.
   */
  'certainty'?: (number | string);
  /**
   * All live reasons, strongest first.
   */
  'reasons'?: (_selfsame_v1_EdgeReason)[];
  /**
   * `accepted`, `redundant` (its ends already meet above it), `refused`, `below_floor`, `held`,
   * `review` (too weak to join), `possible` (what a step would add); of `asked` what is said there.
   */
  'outcome'?: (string);
  /**
   * For refused and held edges: `limit`, `exclusive`, `cannot_link`, `split_decision`, `contested`,
   * `size`; else empty.
   */
  'refusal'?: (string);
  /**
   * The certainty as log-odds in quarter bits: 4 * log2(p / (1 - p)).
   */
  'quarterBits'?: (number);
  /**
   * What the certainty is made of: their quarter bits add up to `quarter_bits`. Empty when that is
   * not known any more.
   */
  'contributions'?: (_selfsame_v1_Contribution)[];
  /**
   * What the certainty means under the rules.
   */
  'band'?: (_selfsame_v1_Band);
}

/**
 * Evidence that two profiles are one customer, and what became of it.
 */
export interface ExplainedEdge__Output {
  /**
   * Anchor of one profile.
   */
  'left': (_selfsame_v1_Identifier__Output | null);
  /**
   * Anchor of the other profile.
   */
  'right': (_selfsame_v1_Identifier__Output | null);
  /**
   * Reference of the left profile.
   */
  'leftRef': (string);
  /**
   * Reference of the right profile.
   */
  'rightRef': (string);
  /**
   * Probability, 0 to 1, of the strongest reason.
   */
  'certainty': (number);
  /**
   * All live reasons, strongest first.
   */
  'reasons': (_selfsame_v1_EdgeReason__Output)[];
  /**
   * `accepted`, `redundant` (its ends already meet above it), `refused`, `below_floor`, `held`,
   * `review` (too weak to join), `possible` (what a step would add); of `asked` what is said there.
   */
  'outcome': (string);
  /**
   * For refused and held edges: `limit`, `exclusive`, `cannot_link`, `split_decision`, `contested`,
   * `size`; else empty.
   */
  'refusal': (string);
  /**
   * The certainty as log-odds in quarter bits: 4 * log2(p / (1 - p)).
   */
  'quarterBits': (number);
  /**
   * What the certainty is made of: their quarter bits add up to `quarter_bits`. Empty when that is
   * not known any more.
   */
  'contributions': (_selfsame_v1_Contribution__Output)[];
  /**
   * What the certainty means under the rules.
   */
  'band': (_selfsame_v1_Band__Output);
}
