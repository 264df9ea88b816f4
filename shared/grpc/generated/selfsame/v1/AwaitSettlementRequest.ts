// Original file: selfsame/v1/cluster_service.proto


/**
 * Asks to wait until everything is settled.
 */
export interface AwaitSettlementRequest {
}

/**
 * Asks to wait until everything is settled.
 */
export interface AwaitSettlementRequest__Output {
}
