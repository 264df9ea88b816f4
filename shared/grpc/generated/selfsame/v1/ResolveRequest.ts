// Original file: selfsame/v1/resolution_service.proto

import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from '../../selfsame/v1/Identifier.ts';
import type { ReadOptions as _selfsame_v1_ReadOptions, ReadOptions__Output as _selfsame_v1_ReadOptions__Output } from '../../selfsame/v1/ReadOptions.ts';

/**
 * Asks to resolve one identifier.
 */
export interface ResolveRequest {
  /**
   * The identifier. Required.
   */
  'identifier'?: (_selfsame_v1_Identifier | null);
  /**
   * What to ask of the answer.
   */
  'options'?: (_selfsame_v1_ReadOptions | null);
}

/**
 * Asks to resolve one identifier.
 */
export interface ResolveRequest__Output {
  /**
   * The identifier. Required.
   */
  'identifier': (_selfsame_v1_Identifier__Output | null);
  /**
   * What to ask of the answer.
   */
  'options': (_selfsame_v1_ReadOptions__Output | null);
}
