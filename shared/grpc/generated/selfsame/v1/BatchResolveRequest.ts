// Original file: selfsame/v1/resolution_service.proto

import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from '../../selfsame/v1/Identifier.ts';
import type { ReadOptions as _selfsame_v1_ReadOptions, ReadOptions__Output as _selfsame_v1_ReadOptions__Output } from '../../selfsame/v1/ReadOptions.ts';

/**
 * Asks to resolve many identifiers: `identifiers`, or, more compact and about twice as fast to
 * encode, `values` of one `namespace`. Exactly one of the two forms.
 */
export interface BatchResolveRequest {
  /**
   * Identifiers of any namespaces, at most 10,000.
   */
  'identifiers'?: (_selfsame_v1_Identifier)[];
  /**
   * Namespace of all `values`.
   */
  'namespace'?: (string);
  /**
   * Values of `namespace`, at most 10,000.
   */
  'values'?: (string)[];
  /**
   * What to ask of all answers.
   */
  'options'?: (_selfsame_v1_ReadOptions | null);
}

/**
 * Asks to resolve many identifiers: `identifiers`, or, more compact and about twice as fast to
 * encode, `values` of one `namespace`. Exactly one of the two forms.
 */
export interface BatchResolveRequest__Output {
  /**
   * Identifiers of any namespaces, at most 10,000.
   */
  'identifiers': (_selfsame_v1_Identifier__Output)[];
  /**
   * Namespace of all `values`.
   */
  'namespace': (string);
  /**
   * Values of `namespace`, at most 10,000.
   */
  'values': (string)[];
  /**
   * What to ask of all answers.
   */
  'options': (_selfsame_v1_ReadOptions__Output | null);
}
