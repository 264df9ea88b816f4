// Original file: selfsame/v1/steward_service.proto

import type { EvidenceOrder as _selfsame_v1_EvidenceOrder, EvidenceOrder__Output as _selfsame_v1_EvidenceOrder__Output } from '../../selfsame/v1/EvidenceOrder.ts';

/**
 * Orders.
 */
export interface ListOrdersResponse {
  /**
   * The latest first, at most 1,000.
   */
  'orders'?: (_selfsame_v1_EvidenceOrder)[];
}

/**
 * Orders.
 */
export interface ListOrdersResponse__Output {
  /**
   * The latest first, at most 1,000.
   */
  'orders': (_selfsame_v1_EvidenceOrder__Output)[];
}
