// Original file: selfsame/v1/steward_service.proto


/**
 * Asks for the reliability of certainties.
 */
export interface GetReliabilityRequest {
}

/**
 * Asks for the reliability of certainties.
 */
export interface GetReliabilityRequest__Output {
}
