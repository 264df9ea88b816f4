// Original file: selfsame/v1/explanation.proto

import type { ExplainedEdge as _selfsame_v1_ExplainedEdge, ExplainedEdge__Output as _selfsame_v1_ExplainedEdge__Output } from '../../selfsame/v1/ExplainedEdge.ts';
import type { JoinOption as _selfsame_v1_JoinOption, JoinOption__Output as _selfsame_v1_JoinOption__Output } from '../../selfsame/v1/JoinOption.ts';
import type { UncountedEvidence as _selfsame_v1_UncountedEvidence, UncountedEvidence__Output as _selfsame_v1_UncountedEvidence__Output } from '../../selfsame/v1/UncountedEvidence.ts';

/**
 * Why two profiles are not joined.
 */
export interface _selfsame_v1_Explanation_Apart {
  /**
   * Customer of the left profile.
   */
  'leftCustomerId'?: (string);
  /**
   * Customer of the right profile.
   */
  'rightCustomerId'?: (string);
  /**
   * Edges between the two customers that were refused, those that are too weak to join (`review`),
   * and cannot-links; empty when nothing connects them.
   */
  'refused'?: (_selfsame_v1_ExplainedEdge)[];
  /**
   * The two profiles themselves, scored although nothing proposes the pair. Its outcome tells why
   * not: `no_common_key` (they share nothing), `uncounted` (nothing that counts: see there),
   * `below_review` (too weak to be listed). Absent when they are among `refused`, or the rules score
   * nothing.
   */
  'asked'?: (_selfsame_v1_ExplainedEdge | null);
  /**
   * What would join the two: each by itself would. Found by clustering again.
   */
  'joins'?: (_selfsame_v1_JoinOption)[];
  /**
   * What the two customers have in common and what counts for nothing; at most 50.
   */
  'uncounted'?: (_selfsame_v1_UncountedEvidence)[];
}

/**
 * Why two profiles are not joined.
 */
export interface _selfsame_v1_Explanation_Apart__Output {
  /**
   * Customer of the left profile.
   */
  'leftCustomerId': (string);
  /**
   * Customer of the right profile.
   */
  'rightCustomerId': (string);
  /**
   * Edges between the two customers that were refused, those that are too weak to join (`review`),
   * and cannot-links; empty when nothing connects them.
   */
  'refused': (_selfsame_v1_ExplainedEdge__Output)[];
  /**
   * The two profiles themselves, scored although nothing proposes the pair. Its outcome tells why
   * not: `no_common_key` (they share nothing), `uncounted` (nothing that counts: see there),
   * `below_review` (too weak to be listed). Absent when they are among `refused`, or the rules score
   * nothing.
   */
  'asked': (_selfsame_v1_ExplainedEdge__Output | null);
  /**
   * What would join the two: each by itself would. Found by clustering again.
   */
  'joins': (_selfsame_v1_JoinOption__Output)[];
  /**
   * What the two customers have in common and what counts for nothing; at most 50.
   */
  'uncounted': (_selfsame_v1_UncountedEvidence__Output)[];
}

/**
 * How a customer came to be.
 */
export interface _selfsame_v1_Explanation_History {
  /**
   * The customer.
   */
  'customerId'?: (string);
  /**
   * Edges that joined its profiles, in the order in which they did.
   */
  'steps'?: (_selfsame_v1_ExplainedEdge)[];
  /**
   * Edges that were refused.
   */
  'refused'?: (_selfsame_v1_ExplainedEdge)[];
}

/**
 * How a customer came to be.
 */
export interface _selfsame_v1_Explanation_History__Output {
  /**
   * The customer.
   */
  'customerId': (string);
  /**
   * Edges that joined its profiles, in the order in which they did.
   */
  'steps': (_selfsame_v1_ExplainedEdge__Output)[];
  /**
   * Edges that were refused.
   */
  'refused': (_selfsame_v1_ExplainedEdge__Output)[];
}

/**
 * The path that joins two profiles.
 */
export interface _selfsame_v1_Explanation_Joined {
  /**
   * The customer of both.
   */
  'customerId'?: (string);
  /**
   * Edges from the left profile to the right one.
   */
  'path'?: (_selfsame_v1_ExplainedEdge)[];
  /**
   * The weakest link: the first edge of `split`; absent when both selectors name one profile.
   */
  'weakest'?: (_selfsame_v1_ExplainedEdge | null);
  /**
   * The edges that hold the two together: without all of them the two would be apart, with any one
   * of them left they would not. Mostly one; several where another path takes its place.
   */
  'split'?: (_selfsame_v1_ExplainedEdge)[];
  /**
   * The search for `split` was cut short: it may name too many edges, or not enough.
   */
  'splitIncomplete'?: (boolean);
}

/**
 * The path that joins two profiles.
 */
export interface _selfsame_v1_Explanation_Joined__Output {
  /**
   * The customer of both.
   */
  'customerId': (string);
  /**
   * Edges from the left profile to the right one.
   */
  'path': (_selfsame_v1_ExplainedEdge__Output)[];
  /**
   * The weakest link: the first edge of `split`; absent when both selectors name one profile.
   */
  'weakest': (_selfsame_v1_ExplainedEdge__Output | null);
  /**
   * The edges that hold the two together: without all of them the two would be apart, with any one
   * of them left they would not. Mostly one; several where another path takes its place.
   */
  'split': (_selfsame_v1_ExplainedEdge__Output)[];
  /**
   * The search for `split` was cut short: it may name too many edges, or not enough.
   */
  'splitIncomplete': (boolean);
}

/**
 * Answer to Explain. The member that is set depends on the question and on the state of things.
 */
export interface Explanation {
  /**
   * Both selectors name the same customer.
   */
  'joined'?: (_selfsame_v1_Explanation_Joined | null);
  /**
   * The selectors name different customers.
   */
  'apart'?: (_selfsame_v1_Explanation_Apart | null);
  /**
   * One selector was given: how its customer came to be.
   */
  'history'?: (_selfsame_v1_Explanation_History | null);
  /**
   * Version of the rules by which the answer was found.
   */
  'rulesVersion'?: (string);
  /**
   * Version of the scoring model; empty when the rules declare every certainty.
   */
  'modelVersion'?: (string);
  /**
   * Number of the generation that answered.
   */
  'generation'?: (number);
  /**
   * What kind of answer it is.
   */
  'explanation'?: "joined"|"apart"|"history";
}

/**
 * Answer to Explain. The member that is set depends on the question and on the state of things.
 */
export interface Explanation__Output {
  /**
   * Both selectors name the same customer.
   */
  'joined'?: (_selfsame_v1_Explanation_Joined__Output | null);
  /**
   * The selectors name different customers.
   */
  'apart'?: (_selfsame_v1_Explanation_Apart__Output | null);
  /**
   * One selector was given: how its customer came to be.
   */
  'history'?: (_selfsame_v1_Explanation_History__Output | null);
  /**
   * Version of the rules by which the answer was found.
   */
  'rulesVersion': (string);
  /**
   * Version of the scoring model; empty when the rules declare every certainty.
   */
  'modelVersion': (string);
  /**
   * Number of the generation that answered.
   */
  'generation': (number);
  /**
   * What kind of answer it is.
   */
  'explanation'?: "joined"|"apart"|"history";
}
