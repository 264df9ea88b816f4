// Original file: selfsame/v1/steward_service.proto


/**
 * Asks for orders.
 */
export interface ListOrdersRequest {
  /**
   * Also those that released.
   */
  'released'?: (boolean);
}

/**
 * Asks for orders.
 */
export interface ListOrdersRequest__Output {
  /**
   * Also those that released.
   */
  'released': (boolean);
}
