// Original file: selfsame/v1/steward_service.proto


/**
 * What a source delivered under one label.
 */
export interface DeliveryName {
  /**
   * Name of the sending system. Required.
   */
  'source'?: (string);
  /**
   * The label, as interactions carry it in `delivery`. Required.
   */
  'delivery'?: (string);
}

/**
 * What a source delivered under one label.
 */
export interface DeliveryName__Output {
  /**
   * Name of the sending system. Required.
   */
  'source': (string);
  /**
   * The label, as interactions carry it in `delivery`. Required.
   */
  'delivery': (string);
}
