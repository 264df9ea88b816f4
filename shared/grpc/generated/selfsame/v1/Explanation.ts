// Original file: selfsame/v1/explanation.proto

import type { ExplainedEdge as _selfsame_v1_ExplainedEdge, ExplainedEdge__Output as _selfsame_v1_ExplainedEdge__Output } from '../../selfsame/v1/ExplainedEdge.ts';

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
   * The weakest edge of the path; absent when both selectors name one profile.
   */
  'weakest'?: (_selfsame_v1_ExplainedEdge | null);
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
   * The weakest edge of the path; absent when both selectors name one profile.
   */
  'weakest': (_selfsame_v1_ExplainedEdge__Output | null);
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
