// Original file: selfsame/v1/rules_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Layout as _selfsame_v1_Layout, Layout__Output as _selfsame_v1_Layout__Output } from '../../selfsame/v1/Layout.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * A candidate and how far it is built.
 */
export interface CandidateVersion {
  /**
   * Hash of its content.
   */
  'version'?: (string);
  /**
   * Number of its generation.
   */
  'generation'?: (number | string | Long);
  /**
   * When it was proposed.
   */
  'since'?: (_google_protobuf_Timestamp | null);
  /**
   * Everything was copied; what changes is copied as it changes. It can be activated.
   */
  'complete'?: (boolean);
  /**
   * How far the first copy is, 0 to 1, estimated.
   */
  'fraction'?: (number | string);
  /**
   * Interactions, decisions and retractions copied, repeats included.
   */
  'copied'?: (number | string | Long);
  /**
   * Changes that are not copied yet.
   */
  'pending'?: (number | string | Long);
  /**
   * Interactions that the candidate refuses: 0 unless something is wrong.
   */
  'refused'?: (number | string | Long);
  /**
   * Its partitions; those of the live generation when the candidate has other rules.
   */
  'layout'?: (_selfsame_v1_Layout | null);
}

/**
 * A candidate and how far it is built.
 */
export interface CandidateVersion__Output {
  /**
   * Hash of its content.
   */
  'version': (string);
  /**
   * Number of its generation.
   */
  'generation': (string);
  /**
   * When it was proposed.
   */
  'since': (_google_protobuf_Timestamp__Output | null);
  /**
   * Everything was copied; what changes is copied as it changes. It can be activated.
   */
  'complete': (boolean);
  /**
   * How far the first copy is, 0 to 1, estimated.
   */
  'fraction': (number);
  /**
   * Interactions, decisions and retractions copied, repeats included.
   */
  'copied': (string);
  /**
   * Changes that are not copied yet.
   */
  'pending': (string);
  /**
   * Interactions that the candidate refuses: 0 unless something is wrong.
   */
  'refused': (string);
  /**
   * Its partitions; those of the live generation when the candidate has other rules.
   */
  'layout': (_selfsame_v1_Layout__Output | null);
}
