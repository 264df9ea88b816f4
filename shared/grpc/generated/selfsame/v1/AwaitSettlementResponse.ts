// Original file: selfsame/v1/cluster_service.proto


/**
 * Everything taken in before the call is settled.
 */
export interface AwaitSettlementResponse {
}

/**
 * Everything taken in before the call is settled.
 */
export interface AwaitSettlementResponse__Output {
}
