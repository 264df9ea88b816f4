// Original file: selfsame/v1/resolution_service.proto

import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from '../../selfsame/v1/Identifier.ts';
import type { ReadOptions as _selfsame_v1_ReadOptions, ReadOptions__Output as _selfsame_v1_ReadOptions__Output } from '../../selfsame/v1/ReadOptions.ts';

/**
 * A small batch of identifiers on a stream, in the forms of BatchResolveRequest.
 */
export interface ResolveStreamRequest {
  /**
   * Chosen by the client, returned with the answers; at most 64 characters; need not be unique.
   */
  'correlationId'?: (string);
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
 * A small batch of identifiers on a stream, in the forms of BatchResolveRequest.
 */
export interface ResolveStreamRequest__Output {
  /**
   * Chosen by the client, returned with the answers; at most 64 characters; need not be unique.
   */
  'correlationId': (string);
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
