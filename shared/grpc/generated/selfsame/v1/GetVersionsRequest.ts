// Original file: selfsame/v1/rules_service.proto


/**
 * Asks for the versions.
 */
export interface GetVersionsRequest {
}

/**
 * Asks for the versions.
 */
export interface GetVersionsRequest__Output {
}
