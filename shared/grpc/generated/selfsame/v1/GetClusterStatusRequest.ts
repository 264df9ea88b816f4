// Original file: selfsame/v1/cluster_service.proto


/**
 * Asks for the state of the cluster.
 */
export interface GetClusterStatusRequest {
}

/**
 * Asks for the state of the cluster.
 */
export interface GetClusterStatusRequest__Output {
}
