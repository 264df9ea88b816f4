// Original file: selfsame/v1/cluster_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AwaitSettlementRequest as _selfsame_v1_AwaitSettlementRequest, AwaitSettlementRequest__Output as _selfsame_v1_AwaitSettlementRequest__Output } from '../../selfsame/v1/AwaitSettlementRequest.ts';
import type { AwaitSettlementResponse as _selfsame_v1_AwaitSettlementResponse, AwaitSettlementResponse__Output as _selfsame_v1_AwaitSettlementResponse__Output } from '../../selfsame/v1/AwaitSettlementResponse.ts';
import type { GetClusterStatusRequest as _selfsame_v1_GetClusterStatusRequest, GetClusterStatusRequest__Output as _selfsame_v1_GetClusterStatusRequest__Output } from '../../selfsame/v1/GetClusterStatusRequest.ts';
import type { GetClusterStatusResponse as _selfsame_v1_GetClusterStatusResponse, GetClusterStatusResponse__Output as _selfsame_v1_GetClusterStatusResponse__Output } from '../../selfsame/v1/GetClusterStatusResponse.ts';

/**
 * Tells how the cluster is doing.
 */
export interface ClusterServiceClient extends grpc.Client {
  /**
   * Answers when everything that was taken in before the call is settled. For batch jobs and tests;
   * DEADLINE_EXCEEDED when that takes longer than the deadline (at most 30 seconds): call again.
   */
  AwaitSettlement(argument: _selfsame_v1_AwaitSettlementRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_AwaitSettlementResponse__Output>): grpc.ClientUnaryCall;
  AwaitSettlement(argument: _selfsame_v1_AwaitSettlementRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_AwaitSettlementResponse__Output>): grpc.ClientUnaryCall;
  AwaitSettlement(argument: _selfsame_v1_AwaitSettlementRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_AwaitSettlementResponse__Output>): grpc.ClientUnaryCall;
  AwaitSettlement(argument: _selfsame_v1_AwaitSettlementRequest, callback: grpc.requestCallback<_selfsame_v1_AwaitSettlementResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Answers when everything that was taken in before the call is settled. For batch jobs and tests;
   * DEADLINE_EXCEEDED when that takes longer than the deadline (at most 30 seconds): call again.
   */
  awaitSettlement(argument: _selfsame_v1_AwaitSettlementRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_AwaitSettlementResponse__Output>): grpc.ClientUnaryCall;
  awaitSettlement(argument: _selfsame_v1_AwaitSettlementRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_AwaitSettlementResponse__Output>): grpc.ClientUnaryCall;
  awaitSettlement(argument: _selfsame_v1_AwaitSettlementRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_AwaitSettlementResponse__Output>): grpc.ClientUnaryCall;
  awaitSettlement(argument: _selfsame_v1_AwaitSettlementRequest, callback: grpc.requestCallback<_selfsame_v1_AwaitSettlementResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Gets the state of all partitions.
   */
  GetClusterStatus(argument: _selfsame_v1_GetClusterStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetClusterStatusResponse__Output>): grpc.ClientUnaryCall;
  GetClusterStatus(argument: _selfsame_v1_GetClusterStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_GetClusterStatusResponse__Output>): grpc.ClientUnaryCall;
  GetClusterStatus(argument: _selfsame_v1_GetClusterStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetClusterStatusResponse__Output>): grpc.ClientUnaryCall;
  GetClusterStatus(argument: _selfsame_v1_GetClusterStatusRequest, callback: grpc.requestCallback<_selfsame_v1_GetClusterStatusResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Gets the state of all partitions.
   */
  getClusterStatus(argument: _selfsame_v1_GetClusterStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetClusterStatusResponse__Output>): grpc.ClientUnaryCall;
  getClusterStatus(argument: _selfsame_v1_GetClusterStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_GetClusterStatusResponse__Output>): grpc.ClientUnaryCall;
  getClusterStatus(argument: _selfsame_v1_GetClusterStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetClusterStatusResponse__Output>): grpc.ClientUnaryCall;
  getClusterStatus(argument: _selfsame_v1_GetClusterStatusRequest, callback: grpc.requestCallback<_selfsame_v1_GetClusterStatusResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Tells how the cluster is doing.
 */
export interface ClusterServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Answers when everything that was taken in before the call is settled. For batch jobs and tests;
   * DEADLINE_EXCEEDED when that takes longer than the deadline (at most 30 seconds): call again.
   */
  AwaitSettlement: grpc.handleUnaryCall<_selfsame_v1_AwaitSettlementRequest__Output, _selfsame_v1_AwaitSettlementResponse>;
  
  /**
   * Gets the state of all partitions.
   */
  GetClusterStatus: grpc.handleUnaryCall<_selfsame_v1_GetClusterStatusRequest__Output, _selfsame_v1_GetClusterStatusResponse>;
  
}

export interface ClusterServiceDefinition extends grpc.ServiceDefinition {
  AwaitSettlement: MethodDefinition<_selfsame_v1_AwaitSettlementRequest, _selfsame_v1_AwaitSettlementResponse, _selfsame_v1_AwaitSettlementRequest__Output, _selfsame_v1_AwaitSettlementResponse__Output>
  GetClusterStatus: MethodDefinition<_selfsame_v1_GetClusterStatusRequest, _selfsame_v1_GetClusterStatusResponse, _selfsame_v1_GetClusterStatusRequest__Output, _selfsame_v1_GetClusterStatusResponse__Output>
}
