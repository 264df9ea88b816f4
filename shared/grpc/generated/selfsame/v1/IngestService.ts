// Original file: selfsame/v1/ingest_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { IngestInteractionBatchRequest as _selfsame_v1_IngestInteractionBatchRequest, IngestInteractionBatchRequest__Output as _selfsame_v1_IngestInteractionBatchRequest__Output } from '../../selfsame/v1/IngestInteractionBatchRequest.ts';
import type { IngestInteractionBatchResponse as _selfsame_v1_IngestInteractionBatchResponse, IngestInteractionBatchResponse__Output as _selfsame_v1_IngestInteractionBatchResponse__Output } from '../../selfsame/v1/IngestInteractionBatchResponse.ts';
import type { IngestInteractionRequest as _selfsame_v1_IngestInteractionRequest, IngestInteractionRequest__Output as _selfsame_v1_IngestInteractionRequest__Output } from '../../selfsame/v1/IngestInteractionRequest.ts';
import type { IngestInteractionResponse as _selfsame_v1_IngestInteractionResponse, IngestInteractionResponse__Output as _selfsame_v1_IngestInteractionResponse__Output } from '../../selfsame/v1/IngestInteractionResponse.ts';
import type { IngestInteractionStreamRequest as _selfsame_v1_IngestInteractionStreamRequest, IngestInteractionStreamRequest__Output as _selfsame_v1_IngestInteractionStreamRequest__Output } from '../../selfsame/v1/IngestInteractionStreamRequest.ts';
import type { IngestInteractionStreamResponse as _selfsame_v1_IngestInteractionStreamResponse, IngestInteractionStreamResponse__Output as _selfsame_v1_IngestInteractionStreamResponse__Output } from '../../selfsame/v1/IngestInteractionStreamResponse.ts';

/**
 * Takes interactions in. All methods are safe to repeat: a delivery with the same source,
 * interaction id, revision and content counts once.
 */
export interface IngestServiceClient extends grpc.Client {
  /**
   * Takes one interaction in. INVALID_ARGUMENT (INTERACTION_REJECTED) when it is wrong.
   */
  IngestInteraction(argument: _selfsame_v1_IngestInteractionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionResponse__Output>): grpc.ClientUnaryCall;
  IngestInteraction(argument: _selfsame_v1_IngestInteractionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionResponse__Output>): grpc.ClientUnaryCall;
  IngestInteraction(argument: _selfsame_v1_IngestInteractionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionResponse__Output>): grpc.ClientUnaryCall;
  IngestInteraction(argument: _selfsame_v1_IngestInteractionRequest, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Takes one interaction in. INVALID_ARGUMENT (INTERACTION_REJECTED) when it is wrong.
   */
  ingestInteraction(argument: _selfsame_v1_IngestInteractionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionResponse__Output>): grpc.ClientUnaryCall;
  ingestInteraction(argument: _selfsame_v1_IngestInteractionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionResponse__Output>): grpc.ClientUnaryCall;
  ingestInteraction(argument: _selfsame_v1_IngestInteractionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionResponse__Output>): grpc.ClientUnaryCall;
  ingestInteraction(argument: _selfsame_v1_IngestInteractionRequest, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Takes up to 1,000 interactions in; each gets an outcome of its own. The call as a whole fails
   * only when the cluster can answer for none of them.
   */
  IngestInteractionBatch(argument: _selfsame_v1_IngestInteractionBatchRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionBatchResponse__Output>): grpc.ClientUnaryCall;
  IngestInteractionBatch(argument: _selfsame_v1_IngestInteractionBatchRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionBatchResponse__Output>): grpc.ClientUnaryCall;
  IngestInteractionBatch(argument: _selfsame_v1_IngestInteractionBatchRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionBatchResponse__Output>): grpc.ClientUnaryCall;
  IngestInteractionBatch(argument: _selfsame_v1_IngestInteractionBatchRequest, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionBatchResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Takes up to 1,000 interactions in; each gets an outcome of its own. The call as a whole fails
   * only when the cluster can answer for none of them.
   */
  ingestInteractionBatch(argument: _selfsame_v1_IngestInteractionBatchRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionBatchResponse__Output>): grpc.ClientUnaryCall;
  ingestInteractionBatch(argument: _selfsame_v1_IngestInteractionBatchRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionBatchResponse__Output>): grpc.ClientUnaryCall;
  ingestInteractionBatch(argument: _selfsame_v1_IngestInteractionBatchRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionBatchResponse__Output>): grpc.ClientUnaryCall;
  ingestInteractionBatch(argument: _selfsame_v1_IngestInteractionBatchRequest, callback: grpc.requestCallback<_selfsame_v1_IngestInteractionBatchResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Takes a stream of interactions in and acknowledges each message by itself, in the order they
   * were sent. The fastest way: the gateway batches what arrives while it waits for the cluster, and
   * HTTP/2 flow control holds the sender back when the cluster is slower. End the stream by half-close;
   * the server then answers what is open and ends with OK.
   */
  IngestInteractionStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_selfsame_v1_IngestInteractionStreamRequest, _selfsame_v1_IngestInteractionStreamResponse__Output>;
  IngestInteractionStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_selfsame_v1_IngestInteractionStreamRequest, _selfsame_v1_IngestInteractionStreamResponse__Output>;
  /**
   * Takes a stream of interactions in and acknowledges each message by itself, in the order they
   * were sent. The fastest way: the gateway batches what arrives while it waits for the cluster, and
   * HTTP/2 flow control holds the sender back when the cluster is slower. End the stream by half-close;
   * the server then answers what is open and ends with OK.
   */
  ingestInteractionStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_selfsame_v1_IngestInteractionStreamRequest, _selfsame_v1_IngestInteractionStreamResponse__Output>;
  ingestInteractionStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_selfsame_v1_IngestInteractionStreamRequest, _selfsame_v1_IngestInteractionStreamResponse__Output>;
  
}

/**
 * Takes interactions in. All methods are safe to repeat: a delivery with the same source,
 * interaction id, revision and content counts once.
 */
export interface IngestServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Takes one interaction in. INVALID_ARGUMENT (INTERACTION_REJECTED) when it is wrong.
   */
  IngestInteraction: grpc.handleUnaryCall<_selfsame_v1_IngestInteractionRequest__Output, _selfsame_v1_IngestInteractionResponse>;
  
  /**
   * Takes up to 1,000 interactions in; each gets an outcome of its own. The call as a whole fails
   * only when the cluster can answer for none of them.
   */
  IngestInteractionBatch: grpc.handleUnaryCall<_selfsame_v1_IngestInteractionBatchRequest__Output, _selfsame_v1_IngestInteractionBatchResponse>;
  
  /**
   * Takes a stream of interactions in and acknowledges each message by itself, in the order they
   * were sent. The fastest way: the gateway batches what arrives while it waits for the cluster, and
   * HTTP/2 flow control holds the sender back when the cluster is slower. End the stream by half-close;
   * the server then answers what is open and ends with OK.
   */
  IngestInteractionStream: grpc.handleBidiStreamingCall<_selfsame_v1_IngestInteractionStreamRequest__Output, _selfsame_v1_IngestInteractionStreamResponse>;
  
}

export interface IngestServiceDefinition extends grpc.ServiceDefinition {
  IngestInteraction: MethodDefinition<_selfsame_v1_IngestInteractionRequest, _selfsame_v1_IngestInteractionResponse, _selfsame_v1_IngestInteractionRequest__Output, _selfsame_v1_IngestInteractionResponse__Output>
  IngestInteractionBatch: MethodDefinition<_selfsame_v1_IngestInteractionBatchRequest, _selfsame_v1_IngestInteractionBatchResponse, _selfsame_v1_IngestInteractionBatchRequest__Output, _selfsame_v1_IngestInteractionBatchResponse__Output>
  IngestInteractionStream: MethodDefinition<_selfsame_v1_IngestInteractionStreamRequest, _selfsame_v1_IngestInteractionStreamResponse, _selfsame_v1_IngestInteractionStreamRequest__Output, _selfsame_v1_IngestInteractionStreamResponse__Output>
}
