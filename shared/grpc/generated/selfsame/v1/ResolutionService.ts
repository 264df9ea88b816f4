// Original file: selfsame/v1/resolution_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { BatchResolveRequest as _selfsame_v1_BatchResolveRequest, BatchResolveRequest__Output as _selfsame_v1_BatchResolveRequest__Output } from '../../selfsame/v1/BatchResolveRequest.ts';
import type { BatchResolveResponse as _selfsame_v1_BatchResolveResponse, BatchResolveResponse__Output as _selfsame_v1_BatchResolveResponse__Output } from '../../selfsame/v1/BatchResolveResponse.ts';
import type { ExplainRequest as _selfsame_v1_ExplainRequest, ExplainRequest__Output as _selfsame_v1_ExplainRequest__Output } from '../../selfsame/v1/ExplainRequest.ts';
import type { ExplainResponse as _selfsame_v1_ExplainResponse, ExplainResponse__Output as _selfsame_v1_ExplainResponse__Output } from '../../selfsame/v1/ExplainResponse.ts';
import type { GetCustomerRequest as _selfsame_v1_GetCustomerRequest, GetCustomerRequest__Output as _selfsame_v1_GetCustomerRequest__Output } from '../../selfsame/v1/GetCustomerRequest.ts';
import type { GetCustomerResponse as _selfsame_v1_GetCustomerResponse, GetCustomerResponse__Output as _selfsame_v1_GetCustomerResponse__Output } from '../../selfsame/v1/GetCustomerResponse.ts';
import type { MatchRecordRequest as _selfsame_v1_MatchRecordRequest, MatchRecordRequest__Output as _selfsame_v1_MatchRecordRequest__Output } from '../../selfsame/v1/MatchRecordRequest.ts';
import type { MatchRecordResponse as _selfsame_v1_MatchRecordResponse, MatchRecordResponse__Output as _selfsame_v1_MatchRecordResponse__Output } from '../../selfsame/v1/MatchRecordResponse.ts';
import type { ResolveRequest as _selfsame_v1_ResolveRequest, ResolveRequest__Output as _selfsame_v1_ResolveRequest__Output } from '../../selfsame/v1/ResolveRequest.ts';
import type { ResolveResponse as _selfsame_v1_ResolveResponse, ResolveResponse__Output as _selfsame_v1_ResolveResponse__Output } from '../../selfsame/v1/ResolveResponse.ts';
import type { ResolveStreamRequest as _selfsame_v1_ResolveStreamRequest, ResolveStreamRequest__Output as _selfsame_v1_ResolveStreamRequest__Output } from '../../selfsame/v1/ResolveStreamRequest.ts';
import type { ResolveStreamResponse as _selfsame_v1_ResolveStreamResponse, ResolveStreamResponse__Output as _selfsame_v1_ResolveStreamResponse__Output } from '../../selfsame/v1/ResolveStreamResponse.ts';
import type { WatchChangesRequest as _selfsame_v1_WatchChangesRequest, WatchChangesRequest__Output as _selfsame_v1_WatchChangesRequest__Output } from '../../selfsame/v1/WatchChangesRequest.ts';
import type { WatchChangesResponse as _selfsame_v1_WatchChangesResponse, WatchChangesResponse__Output as _selfsame_v1_WatchChangesResponse__Output } from '../../selfsame/v1/WatchChangesResponse.ts';

/**
 * Answers which customer an identifier belongs to, what is known of a customer, and why.
 */
export interface ResolutionServiceClient extends grpc.Client {
  /**
   * Resolves up to 10,000 identifiers; each gets an answer of its own (so this is not the atomic
   * batch get of AIP-231). The fastest way to look up many.
   */
  BatchResolve(argument: _selfsame_v1_BatchResolveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_BatchResolveResponse__Output>): grpc.ClientUnaryCall;
  BatchResolve(argument: _selfsame_v1_BatchResolveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_BatchResolveResponse__Output>): grpc.ClientUnaryCall;
  BatchResolve(argument: _selfsame_v1_BatchResolveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_BatchResolveResponse__Output>): grpc.ClientUnaryCall;
  BatchResolve(argument: _selfsame_v1_BatchResolveRequest, callback: grpc.requestCallback<_selfsame_v1_BatchResolveResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Resolves up to 10,000 identifiers; each gets an answer of its own (so this is not the atomic
   * batch get of AIP-231). The fastest way to look up many.
   */
  batchResolve(argument: _selfsame_v1_BatchResolveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_BatchResolveResponse__Output>): grpc.ClientUnaryCall;
  batchResolve(argument: _selfsame_v1_BatchResolveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_BatchResolveResponse__Output>): grpc.ClientUnaryCall;
  batchResolve(argument: _selfsame_v1_BatchResolveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_BatchResolveResponse__Output>): grpc.ClientUnaryCall;
  batchResolve(argument: _selfsame_v1_BatchResolveRequest, callback: grpc.requestCallback<_selfsame_v1_BatchResolveResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Explains why two profiles are one customer or not, or how a customer came to be. NOT_FOUND when
   * a selector names nothing.
   */
  Explain(argument: _selfsame_v1_ExplainRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  Explain(argument: _selfsame_v1_ExplainRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  Explain(argument: _selfsame_v1_ExplainRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  Explain(argument: _selfsame_v1_ExplainRequest, callback: grpc.requestCallback<_selfsame_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Explains why two profiles are one customer or not, or how a customer came to be. NOT_FOUND when
   * a selector names nothing.
   */
  explain(argument: _selfsame_v1_ExplainRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  explain(argument: _selfsame_v1_ExplainRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  explain(argument: _selfsame_v1_ExplainRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  explain(argument: _selfsame_v1_ExplainRequest, callback: grpc.requestCallback<_selfsame_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Gets what is known of one customer. NOT_FOUND when the id was never issued.
   */
  GetCustomer(argument: _selfsame_v1_GetCustomerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetCustomerResponse__Output>): grpc.ClientUnaryCall;
  GetCustomer(argument: _selfsame_v1_GetCustomerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_GetCustomerResponse__Output>): grpc.ClientUnaryCall;
  GetCustomer(argument: _selfsame_v1_GetCustomerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetCustomerResponse__Output>): grpc.ClientUnaryCall;
  GetCustomer(argument: _selfsame_v1_GetCustomerRequest, callback: grpc.requestCallback<_selfsame_v1_GetCustomerResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Gets what is known of one customer. NOT_FOUND when the id was never issued.
   */
  getCustomer(argument: _selfsame_v1_GetCustomerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetCustomerResponse__Output>): grpc.ClientUnaryCall;
  getCustomer(argument: _selfsame_v1_GetCustomerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_GetCustomerResponse__Output>): grpc.ClientUnaryCall;
  getCustomer(argument: _selfsame_v1_GetCustomerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetCustomerResponse__Output>): grpc.ClientUnaryCall;
  getCustomer(argument: _selfsame_v1_GetCustomerRequest, callback: grpc.requestCallback<_selfsame_v1_GetCustomerResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Tells which customers a record may belong to, with the certainty of each and what it is made of.
   * Nothing is stored.
   */
  MatchRecord(argument: _selfsame_v1_MatchRecordRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_MatchRecordResponse__Output>): grpc.ClientUnaryCall;
  MatchRecord(argument: _selfsame_v1_MatchRecordRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_MatchRecordResponse__Output>): grpc.ClientUnaryCall;
  MatchRecord(argument: _selfsame_v1_MatchRecordRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_MatchRecordResponse__Output>): grpc.ClientUnaryCall;
  MatchRecord(argument: _selfsame_v1_MatchRecordRequest, callback: grpc.requestCallback<_selfsame_v1_MatchRecordResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Tells which customers a record may belong to, with the certainty of each and what it is made of.
   * Nothing is stored.
   */
  matchRecord(argument: _selfsame_v1_MatchRecordRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_MatchRecordResponse__Output>): grpc.ClientUnaryCall;
  matchRecord(argument: _selfsame_v1_MatchRecordRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_MatchRecordResponse__Output>): grpc.ClientUnaryCall;
  matchRecord(argument: _selfsame_v1_MatchRecordRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_MatchRecordResponse__Output>): grpc.ClientUnaryCall;
  matchRecord(argument: _selfsame_v1_MatchRecordRequest, callback: grpc.requestCallback<_selfsame_v1_MatchRecordResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Resolves one identifier. That nobody is known by it is an answer, not an error.
   */
  Resolve(argument: _selfsame_v1_ResolveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  Resolve(argument: _selfsame_v1_ResolveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  Resolve(argument: _selfsame_v1_ResolveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  Resolve(argument: _selfsame_v1_ResolveRequest, callback: grpc.requestCallback<_selfsame_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Resolves one identifier. That nobody is known by it is an answer, not an error.
   */
  resolve(argument: _selfsame_v1_ResolveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  resolve(argument: _selfsame_v1_ResolveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  resolve(argument: _selfsame_v1_ResolveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  resolve(argument: _selfsame_v1_ResolveRequest, callback: grpc.requestCallback<_selfsame_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Resolves a stream of small batches, each answered by itself, in the order they were sent. For
   * callers that look up continuously: no call set-up for each question, and flow control.
   */
  ResolveStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_selfsame_v1_ResolveStreamRequest, _selfsame_v1_ResolveStreamResponse__Output>;
  ResolveStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_selfsame_v1_ResolveStreamRequest, _selfsame_v1_ResolveStreamResponse__Output>;
  /**
   * Resolves a stream of small batches, each answered by itself, in the order they were sent. For
   * callers that look up continuously: no call set-up for each question, and flow control.
   */
  resolveStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_selfsame_v1_ResolveStreamRequest, _selfsame_v1_ResolveStreamResponse__Output>;
  resolveStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_selfsame_v1_ResolveStreamRequest, _selfsame_v1_ResolveStreamResponse__Output>;
  
  /**
   * Streams the differences between settled states at the cluster floor, at least once, in order for
   * each customer. Every message carries a resume token; a stream without events still sends a
   * heartbeat at least every 15 seconds. OUT_OF_RANGE (RESUME_TOKEN_EXPIRED) when the token is older
   * than what is kept. RESOURCE_EXHAUSTED (WATCH_TOO_SLOW) when the client does not keep up; resume
   * with the last token.
   */
  WatchChanges(argument: _selfsame_v1_WatchChangesRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_selfsame_v1_WatchChangesResponse__Output>;
  WatchChanges(argument: _selfsame_v1_WatchChangesRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_selfsame_v1_WatchChangesResponse__Output>;
  /**
   * Streams the differences between settled states at the cluster floor, at least once, in order for
   * each customer. Every message carries a resume token; a stream without events still sends a
   * heartbeat at least every 15 seconds. OUT_OF_RANGE (RESUME_TOKEN_EXPIRED) when the token is older
   * than what is kept. RESOURCE_EXHAUSTED (WATCH_TOO_SLOW) when the client does not keep up; resume
   * with the last token.
   */
  watchChanges(argument: _selfsame_v1_WatchChangesRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_selfsame_v1_WatchChangesResponse__Output>;
  watchChanges(argument: _selfsame_v1_WatchChangesRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_selfsame_v1_WatchChangesResponse__Output>;
  
}

/**
 * Answers which customer an identifier belongs to, what is known of a customer, and why.
 */
export interface ResolutionServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Resolves up to 10,000 identifiers; each gets an answer of its own (so this is not the atomic
   * batch get of AIP-231). The fastest way to look up many.
   */
  BatchResolve: grpc.handleUnaryCall<_selfsame_v1_BatchResolveRequest__Output, _selfsame_v1_BatchResolveResponse>;
  
  /**
   * Explains why two profiles are one customer or not, or how a customer came to be. NOT_FOUND when
   * a selector names nothing.
   */
  Explain: grpc.handleUnaryCall<_selfsame_v1_ExplainRequest__Output, _selfsame_v1_ExplainResponse>;
  
  /**
   * Gets what is known of one customer. NOT_FOUND when the id was never issued.
   */
  GetCustomer: grpc.handleUnaryCall<_selfsame_v1_GetCustomerRequest__Output, _selfsame_v1_GetCustomerResponse>;
  
  /**
   * Tells which customers a record may belong to, with the certainty of each and what it is made of.
   * Nothing is stored.
   */
  MatchRecord: grpc.handleUnaryCall<_selfsame_v1_MatchRecordRequest__Output, _selfsame_v1_MatchRecordResponse>;
  
  /**
   * Resolves one identifier. That nobody is known by it is an answer, not an error.
   */
  Resolve: grpc.handleUnaryCall<_selfsame_v1_ResolveRequest__Output, _selfsame_v1_ResolveResponse>;
  
  /**
   * Resolves a stream of small batches, each answered by itself, in the order they were sent. For
   * callers that look up continuously: no call set-up for each question, and flow control.
   */
  ResolveStream: grpc.handleBidiStreamingCall<_selfsame_v1_ResolveStreamRequest__Output, _selfsame_v1_ResolveStreamResponse>;
  
  /**
   * Streams the differences between settled states at the cluster floor, at least once, in order for
   * each customer. Every message carries a resume token; a stream without events still sends a
   * heartbeat at least every 15 seconds. OUT_OF_RANGE (RESUME_TOKEN_EXPIRED) when the token is older
   * than what is kept. RESOURCE_EXHAUSTED (WATCH_TOO_SLOW) when the client does not keep up; resume
   * with the last token.
   */
  WatchChanges: grpc.handleServerStreamingCall<_selfsame_v1_WatchChangesRequest__Output, _selfsame_v1_WatchChangesResponse>;
  
}

export interface ResolutionServiceDefinition extends grpc.ServiceDefinition {
  BatchResolve: MethodDefinition<_selfsame_v1_BatchResolveRequest, _selfsame_v1_BatchResolveResponse, _selfsame_v1_BatchResolveRequest__Output, _selfsame_v1_BatchResolveResponse__Output>
  Explain: MethodDefinition<_selfsame_v1_ExplainRequest, _selfsame_v1_ExplainResponse, _selfsame_v1_ExplainRequest__Output, _selfsame_v1_ExplainResponse__Output>
  GetCustomer: MethodDefinition<_selfsame_v1_GetCustomerRequest, _selfsame_v1_GetCustomerResponse, _selfsame_v1_GetCustomerRequest__Output, _selfsame_v1_GetCustomerResponse__Output>
  MatchRecord: MethodDefinition<_selfsame_v1_MatchRecordRequest, _selfsame_v1_MatchRecordResponse, _selfsame_v1_MatchRecordRequest__Output, _selfsame_v1_MatchRecordResponse__Output>
  Resolve: MethodDefinition<_selfsame_v1_ResolveRequest, _selfsame_v1_ResolveResponse, _selfsame_v1_ResolveRequest__Output, _selfsame_v1_ResolveResponse__Output>
  ResolveStream: MethodDefinition<_selfsame_v1_ResolveStreamRequest, _selfsame_v1_ResolveStreamResponse, _selfsame_v1_ResolveStreamRequest__Output, _selfsame_v1_ResolveStreamResponse__Output>
  WatchChanges: MethodDefinition<_selfsame_v1_WatchChangesRequest, _selfsame_v1_WatchChangesResponse, _selfsame_v1_WatchChangesRequest__Output, _selfsame_v1_WatchChangesResponse__Output>
}
