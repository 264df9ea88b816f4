import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { AuditEntry as _selfsame_v1_AuditEntry, AuditEntry__Output as _selfsame_v1_AuditEntry__Output } from './selfsame/v1/AuditEntry.ts';
import type { AuditServiceClient as _selfsame_v1_AuditServiceClient, AuditServiceDefinition as _selfsame_v1_AuditServiceDefinition } from './selfsame/v1/AuditService.ts';
import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from './selfsame/v1/Identifier.ts';
import type { ListAuditEntriesRequest as _selfsame_v1_ListAuditEntriesRequest, ListAuditEntriesRequest__Output as _selfsame_v1_ListAuditEntriesRequest__Output } from './selfsame/v1/ListAuditEntriesRequest.ts';
import type { ListAuditEntriesResponse as _selfsame_v1_ListAuditEntriesResponse, ListAuditEntriesResponse__Output as _selfsame_v1_ListAuditEntriesResponse__Output } from './selfsame/v1/ListAuditEntriesResponse.ts';
import type { ProfileSelector as _selfsame_v1_ProfileSelector, ProfileSelector__Output as _selfsame_v1_ProfileSelector__Output } from './selfsame/v1/ProfileSelector.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
  selfsame: {
    v1: {
      AuditEntry: MessageTypeDefinition<_selfsame_v1_AuditEntry, _selfsame_v1_AuditEntry__Output>
      AuditPhase: EnumTypeDefinition
      /**
       * Shows the audit trail: a record before and after each privileged call (decisions, retractions,
       * versions of rules, rights of people, reading this trail), and of look-ups as far as the gateway is
       * set to keep them. Records are never changed; the oldest go when their time or space is over. None
       * holds an identifier: people are named by references and keyed hashes.
       */
      AuditService: SubtypeConstructor<typeof grpc.Client, _selfsame_v1_AuditServiceClient> & { service: _selfsame_v1_AuditServiceDefinition }
      AuditShelf: EnumTypeDefinition
      Identifier: MessageTypeDefinition<_selfsame_v1_Identifier, _selfsame_v1_Identifier__Output>
      ListAuditEntriesRequest: MessageTypeDefinition<_selfsame_v1_ListAuditEntriesRequest, _selfsame_v1_ListAuditEntriesRequest__Output>
      ListAuditEntriesResponse: MessageTypeDefinition<_selfsame_v1_ListAuditEntriesResponse, _selfsame_v1_ListAuditEntriesResponse__Output>
      ProfileSelector: MessageTypeDefinition<_selfsame_v1_ProfileSelector, _selfsame_v1_ProfileSelector__Output>
    }
  }
}

