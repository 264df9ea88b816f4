// Original file: selfsame/v1/audit_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ListAuditEntriesRequest as _selfsame_v1_ListAuditEntriesRequest, ListAuditEntriesRequest__Output as _selfsame_v1_ListAuditEntriesRequest__Output } from '../../selfsame/v1/ListAuditEntriesRequest.ts';
import type { ListAuditEntriesResponse as _selfsame_v1_ListAuditEntriesResponse, ListAuditEntriesResponse__Output as _selfsame_v1_ListAuditEntriesResponse__Output } from '../../selfsame/v1/ListAuditEntriesResponse.ts';

/**
 * Shows the audit trail: a record before and after each privileged call (decisions, retractions,
 * versions of rules, rights of people, reading this trail), and of look-ups as far as the gateway is
 * set to keep them. Records are never changed; the oldest go when their time or space is over. None
 * holds an identifier: people are named by references and keyed hashes.
 */
export interface AuditServiceClient extends grpc.Client {
  /**
   * Lists records, the latest first. Needs the scope privacy or admin. Is recorded itself.
   */
  ListAuditEntries(argument: _selfsame_v1_ListAuditEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListAuditEntriesResponse__Output>): grpc.ClientUnaryCall;
  ListAuditEntries(argument: _selfsame_v1_ListAuditEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ListAuditEntriesResponse__Output>): grpc.ClientUnaryCall;
  ListAuditEntries(argument: _selfsame_v1_ListAuditEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListAuditEntriesResponse__Output>): grpc.ClientUnaryCall;
  ListAuditEntries(argument: _selfsame_v1_ListAuditEntriesRequest, callback: grpc.requestCallback<_selfsame_v1_ListAuditEntriesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Lists records, the latest first. Needs the scope privacy or admin. Is recorded itself.
   */
  listAuditEntries(argument: _selfsame_v1_ListAuditEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListAuditEntriesResponse__Output>): grpc.ClientUnaryCall;
  listAuditEntries(argument: _selfsame_v1_ListAuditEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ListAuditEntriesResponse__Output>): grpc.ClientUnaryCall;
  listAuditEntries(argument: _selfsame_v1_ListAuditEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListAuditEntriesResponse__Output>): grpc.ClientUnaryCall;
  listAuditEntries(argument: _selfsame_v1_ListAuditEntriesRequest, callback: grpc.requestCallback<_selfsame_v1_ListAuditEntriesResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Shows the audit trail: a record before and after each privileged call (decisions, retractions,
 * versions of rules, rights of people, reading this trail), and of look-ups as far as the gateway is
 * set to keep them. Records are never changed; the oldest go when their time or space is over. None
 * holds an identifier: people are named by references and keyed hashes.
 */
export interface AuditServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Lists records, the latest first. Needs the scope privacy or admin. Is recorded itself.
   */
  ListAuditEntries: grpc.handleUnaryCall<_selfsame_v1_ListAuditEntriesRequest__Output, _selfsame_v1_ListAuditEntriesResponse>;
  
}

export interface AuditServiceDefinition extends grpc.ServiceDefinition {
  ListAuditEntries: MethodDefinition<_selfsame_v1_ListAuditEntriesRequest, _selfsame_v1_ListAuditEntriesResponse, _selfsame_v1_ListAuditEntriesRequest__Output, _selfsame_v1_ListAuditEntriesResponse__Output>
}
