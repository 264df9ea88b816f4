// Original file: selfsame/v1/steward_service.proto

import type { ReviewSide as _selfsame_v1_ReviewSide, ReviewSide__Output as _selfsame_v1_ReviewSide__Output } from '../../selfsame/v1/ReviewSide.ts';
import type { ReviewKind as _selfsame_v1_ReviewKind, ReviewKind__Output as _selfsame_v1_ReviewKind__Output } from '../../selfsame/v1/ReviewKind.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * A pair of profiles that is open to a decision.
 */
export interface Review {
  /**
   * One side.
   */
  'left'?: (_selfsame_v1_ReviewSide | null);
  /**
   * The other side.
   */
  'right'?: (_selfsame_v1_ReviewSide | null);
  /**
   * What the evidence says of the pair, 0 to 1.
   */
  'certainty'?: (number | string);
  /**
   * Why it is open.
   */
  'kind'?: (_selfsame_v1_ReviewKind);
  /**
   * The namespace of the limit or exclusivity that refused the join; else empty.
   */
  'detail'?: (string);
  /**
   * Namespaces of the evidence that proposes the pair.
   */
  'namespaces'?: (string)[];
  /**
   * What a decision is worth: certainty times the profiles of the smaller customer, which is how many
   * are expected to be with the wrong customer while nobody decides.
   */
  'value'?: (number | string);
  /**
   * Begin of the UTC day (of occurrence) since which both sides have shown what proposes the pair: since
   * then it has been unsure. Absent when nothing proposes it any more.
   */
  'possibleSince'?: (_google_protobuf_Timestamp | null);
}

/**
 * A pair of profiles that is open to a decision.
 */
export interface Review__Output {
  /**
   * One side.
   */
  'left': (_selfsame_v1_ReviewSide__Output | null);
  /**
   * The other side.
   */
  'right': (_selfsame_v1_ReviewSide__Output | null);
  /**
   * What the evidence says of the pair, 0 to 1.
   */
  'certainty': (number);
  /**
   * Why it is open.
   */
  'kind': (_selfsame_v1_ReviewKind__Output);
  /**
   * The namespace of the limit or exclusivity that refused the join; else empty.
   */
  'detail': (string);
  /**
   * Namespaces of the evidence that proposes the pair.
   */
  'namespaces': (string)[];
  /**
   * What a decision is worth: certainty times the profiles of the smaller customer, which is how many
   * are expected to be with the wrong customer while nobody decides.
   */
  'value': (number);
  /**
   * Begin of the UTC day (of occurrence) since which both sides have shown what proposes the pair: since
   * then it has been unsure. Absent when nothing proposes it any more.
   */
  'possibleSince': (_google_protobuf_Timestamp__Output | null);
}
