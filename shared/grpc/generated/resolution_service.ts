import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { AttributionShare as _selfsame_v1_AttributionShare, AttributionShare__Output as _selfsame_v1_AttributionShare__Output } from './selfsame/v1/AttributionShare.ts';
import type { BatchResolveRequest as _selfsame_v1_BatchResolveRequest, BatchResolveRequest__Output as _selfsame_v1_BatchResolveRequest__Output } from './selfsame/v1/BatchResolveRequest.ts';
import type { BatchResolveResponse as _selfsame_v1_BatchResolveResponse, BatchResolveResponse__Output as _selfsame_v1_BatchResolveResponse__Output } from './selfsame/v1/BatchResolveResponse.ts';
import type { ChangedEvidence as _selfsame_v1_ChangedEvidence, ChangedEvidence__Output as _selfsame_v1_ChangedEvidence__Output } from './selfsame/v1/ChangedEvidence.ts';
import type { Contribution as _selfsame_v1_Contribution, Contribution__Output as _selfsame_v1_Contribution__Output } from './selfsame/v1/Contribution.ts';
import type { Customer as _selfsame_v1_Customer, Customer__Output as _selfsame_v1_Customer__Output } from './selfsame/v1/Customer.ts';
import type { CustomerAttribute as _selfsame_v1_CustomerAttribute, CustomerAttribute__Output as _selfsame_v1_CustomerAttribute__Output } from './selfsame/v1/CustomerAttribute.ts';
import type { CustomerIdentifier as _selfsame_v1_CustomerIdentifier, CustomerIdentifier__Output as _selfsame_v1_CustomerIdentifier__Output } from './selfsame/v1/CustomerIdentifier.ts';
import type { CustomerMatch as _selfsame_v1_CustomerMatch, CustomerMatch__Output as _selfsame_v1_CustomerMatch__Output } from './selfsame/v1/CustomerMatch.ts';
import type { CustomerProfile as _selfsame_v1_CustomerProfile, CustomerProfile__Output as _selfsame_v1_CustomerProfile__Output } from './selfsame/v1/CustomerProfile.ts';
import type { EdgeReason as _selfsame_v1_EdgeReason, EdgeReason__Output as _selfsame_v1_EdgeReason__Output } from './selfsame/v1/EdgeReason.ts';
import type { ExplainRequest as _selfsame_v1_ExplainRequest, ExplainRequest__Output as _selfsame_v1_ExplainRequest__Output } from './selfsame/v1/ExplainRequest.ts';
import type { ExplainResponse as _selfsame_v1_ExplainResponse, ExplainResponse__Output as _selfsame_v1_ExplainResponse__Output } from './selfsame/v1/ExplainResponse.ts';
import type { ExplainedEdge as _selfsame_v1_ExplainedEdge, ExplainedEdge__Output as _selfsame_v1_ExplainedEdge__Output } from './selfsame/v1/ExplainedEdge.ts';
import type { Explanation as _selfsame_v1_Explanation, Explanation__Output as _selfsame_v1_Explanation__Output } from './selfsame/v1/Explanation.ts';
import type { FieldViolation as _selfsame_v1_FieldViolation, FieldViolation__Output as _selfsame_v1_FieldViolation__Output } from './selfsame/v1/FieldViolation.ts';
import type { GetAttributionRequest as _selfsame_v1_GetAttributionRequest, GetAttributionRequest__Output as _selfsame_v1_GetAttributionRequest__Output } from './selfsame/v1/GetAttributionRequest.ts';
import type { GetAttributionResponse as _selfsame_v1_GetAttributionResponse, GetAttributionResponse__Output as _selfsame_v1_GetAttributionResponse__Output } from './selfsame/v1/GetAttributionResponse.ts';
import type { GetCustomerRequest as _selfsame_v1_GetCustomerRequest, GetCustomerRequest__Output as _selfsame_v1_GetCustomerRequest__Output } from './selfsame/v1/GetCustomerRequest.ts';
import type { GetCustomerResponse as _selfsame_v1_GetCustomerResponse, GetCustomerResponse__Output as _selfsame_v1_GetCustomerResponse__Output } from './selfsame/v1/GetCustomerResponse.ts';
import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from './selfsame/v1/Identifier.ts';
import type { IngestOutcome as _selfsame_v1_IngestOutcome, IngestOutcome__Output as _selfsame_v1_IngestOutcome__Output } from './selfsame/v1/IngestOutcome.ts';
import type { Interaction as _selfsame_v1_Interaction, Interaction__Output as _selfsame_v1_Interaction__Output } from './selfsame/v1/Interaction.ts';
import type { ItemError as _selfsame_v1_ItemError, ItemError__Output as _selfsame_v1_ItemError__Output } from './selfsame/v1/ItemError.ts';
import type { JoinOption as _selfsame_v1_JoinOption, JoinOption__Output as _selfsame_v1_JoinOption__Output } from './selfsame/v1/JoinOption.ts';
import type { JoinStep as _selfsame_v1_JoinStep, JoinStep__Output as _selfsame_v1_JoinStep__Output } from './selfsame/v1/JoinStep.ts';
import type { MatchRecordRequest as _selfsame_v1_MatchRecordRequest, MatchRecordRequest__Output as _selfsame_v1_MatchRecordRequest__Output } from './selfsame/v1/MatchRecordRequest.ts';
import type { MatchRecordResponse as _selfsame_v1_MatchRecordResponse, MatchRecordResponse__Output as _selfsame_v1_MatchRecordResponse__Output } from './selfsame/v1/MatchRecordResponse.ts';
import type { Party as _selfsame_v1_Party, Party__Output as _selfsame_v1_Party__Output } from './selfsame/v1/Party.ts';
import type { PartyAttribution as _selfsame_v1_PartyAttribution, PartyAttribution__Output as _selfsame_v1_PartyAttribution__Output } from './selfsame/v1/PartyAttribution.ts';
import type { PossibleMatch as _selfsame_v1_PossibleMatch, PossibleMatch__Output as _selfsame_v1_PossibleMatch__Output } from './selfsame/v1/PossibleMatch.ts';
import type { ProfileSelector as _selfsame_v1_ProfileSelector, ProfileSelector__Output as _selfsame_v1_ProfileSelector__Output } from './selfsame/v1/ProfileSelector.ts';
import type { ReadOptions as _selfsame_v1_ReadOptions, ReadOptions__Output as _selfsame_v1_ReadOptions__Output } from './selfsame/v1/ReadOptions.ts';
import type { RecordMatch as _selfsame_v1_RecordMatch, RecordMatch__Output as _selfsame_v1_RecordMatch__Output } from './selfsame/v1/RecordMatch.ts';
import type { Relationship as _selfsame_v1_Relationship, Relationship__Output as _selfsame_v1_Relationship__Output } from './selfsame/v1/Relationship.ts';
import type { Resolution as _selfsame_v1_Resolution, Resolution__Output as _selfsame_v1_Resolution__Output } from './selfsame/v1/Resolution.ts';
import type { ResolutionServiceClient as _selfsame_v1_ResolutionServiceClient, ResolutionServiceDefinition as _selfsame_v1_ResolutionServiceDefinition } from './selfsame/v1/ResolutionService.ts';
import type { ResolveRequest as _selfsame_v1_ResolveRequest, ResolveRequest__Output as _selfsame_v1_ResolveRequest__Output } from './selfsame/v1/ResolveRequest.ts';
import type { ResolveResponse as _selfsame_v1_ResolveResponse, ResolveResponse__Output as _selfsame_v1_ResolveResponse__Output } from './selfsame/v1/ResolveResponse.ts';
import type { ResolveStreamRequest as _selfsame_v1_ResolveStreamRequest, ResolveStreamRequest__Output as _selfsame_v1_ResolveStreamRequest__Output } from './selfsame/v1/ResolveStreamRequest.ts';
import type { ResolveStreamResponse as _selfsame_v1_ResolveStreamResponse, ResolveStreamResponse__Output as _selfsame_v1_ResolveStreamResponse__Output } from './selfsame/v1/ResolveStreamResponse.ts';
import type { TimelineEntry as _selfsame_v1_TimelineEntry, TimelineEntry__Output as _selfsame_v1_TimelineEntry__Output } from './selfsame/v1/TimelineEntry.ts';
import type { UncountedEvidence as _selfsame_v1_UncountedEvidence, UncountedEvidence__Output as _selfsame_v1_UncountedEvidence__Output } from './selfsame/v1/UncountedEvidence.ts';
import type { WatchChangesRequest as _selfsame_v1_WatchChangesRequest, WatchChangesRequest__Output as _selfsame_v1_WatchChangesRequest__Output } from './selfsame/v1/WatchChangesRequest.ts';
import type { WatchChangesResponse as _selfsame_v1_WatchChangesResponse, WatchChangesResponse__Output as _selfsame_v1_WatchChangesResponse__Output } from './selfsame/v1/WatchChangesResponse.ts';

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
      AckLevel: EnumTypeDefinition
      AttributionBasis: EnumTypeDefinition
      AttributionShare: MessageTypeDefinition<_selfsame_v1_AttributionShare, _selfsame_v1_AttributionShare__Output>
      Band: EnumTypeDefinition
      BatchResolveRequest: MessageTypeDefinition<_selfsame_v1_BatchResolveRequest, _selfsame_v1_BatchResolveRequest__Output>
      BatchResolveResponse: MessageTypeDefinition<_selfsame_v1_BatchResolveResponse, _selfsame_v1_BatchResolveResponse__Output>
      ChangeKind: EnumTypeDefinition
      ChangedEvidence: MessageTypeDefinition<_selfsame_v1_ChangedEvidence, _selfsame_v1_ChangedEvidence__Output>
      Contribution: MessageTypeDefinition<_selfsame_v1_Contribution, _selfsame_v1_Contribution__Output>
      Customer: MessageTypeDefinition<_selfsame_v1_Customer, _selfsame_v1_Customer__Output>
      CustomerAttribute: MessageTypeDefinition<_selfsame_v1_CustomerAttribute, _selfsame_v1_CustomerAttribute__Output>
      CustomerIdentifier: MessageTypeDefinition<_selfsame_v1_CustomerIdentifier, _selfsame_v1_CustomerIdentifier__Output>
      CustomerMatch: MessageTypeDefinition<_selfsame_v1_CustomerMatch, _selfsame_v1_CustomerMatch__Output>
      CustomerProfile: MessageTypeDefinition<_selfsame_v1_CustomerProfile, _selfsame_v1_CustomerProfile__Output>
      EdgeReason: MessageTypeDefinition<_selfsame_v1_EdgeReason, _selfsame_v1_EdgeReason__Output>
      ExplainRequest: MessageTypeDefinition<_selfsame_v1_ExplainRequest, _selfsame_v1_ExplainRequest__Output>
      ExplainResponse: MessageTypeDefinition<_selfsame_v1_ExplainResponse, _selfsame_v1_ExplainResponse__Output>
      ExplainedEdge: MessageTypeDefinition<_selfsame_v1_ExplainedEdge, _selfsame_v1_ExplainedEdge__Output>
      Explanation: MessageTypeDefinition<_selfsame_v1_Explanation, _selfsame_v1_Explanation__Output>
      FieldViolation: MessageTypeDefinition<_selfsame_v1_FieldViolation, _selfsame_v1_FieldViolation__Output>
      GetAttributionRequest: MessageTypeDefinition<_selfsame_v1_GetAttributionRequest, _selfsame_v1_GetAttributionRequest__Output>
      GetAttributionResponse: MessageTypeDefinition<_selfsame_v1_GetAttributionResponse, _selfsame_v1_GetAttributionResponse__Output>
      GetCustomerRequest: MessageTypeDefinition<_selfsame_v1_GetCustomerRequest, _selfsame_v1_GetCustomerRequest__Output>
      GetCustomerResponse: MessageTypeDefinition<_selfsame_v1_GetCustomerResponse, _selfsame_v1_GetCustomerResponse__Output>
      Identifier: MessageTypeDefinition<_selfsame_v1_Identifier, _selfsame_v1_Identifier__Output>
      IngestOutcome: MessageTypeDefinition<_selfsame_v1_IngestOutcome, _selfsame_v1_IngestOutcome__Output>
      IngestStatus: EnumTypeDefinition
      Interaction: MessageTypeDefinition<_selfsame_v1_Interaction, _selfsame_v1_Interaction__Output>
      ItemError: MessageTypeDefinition<_selfsame_v1_ItemError, _selfsame_v1_ItemError__Output>
      JoinOption: MessageTypeDefinition<_selfsame_v1_JoinOption, _selfsame_v1_JoinOption__Output>
      JoinStep: MessageTypeDefinition<_selfsame_v1_JoinStep, _selfsame_v1_JoinStep__Output>
      MatchRecordRequest: MessageTypeDefinition<_selfsame_v1_MatchRecordRequest, _selfsame_v1_MatchRecordRequest__Output>
      MatchRecordResponse: MessageTypeDefinition<_selfsame_v1_MatchRecordResponse, _selfsame_v1_MatchRecordResponse__Output>
      NamespaceKind: EnumTypeDefinition
      Party: MessageTypeDefinition<_selfsame_v1_Party, _selfsame_v1_Party__Output>
      PartyAttribution: MessageTypeDefinition<_selfsame_v1_PartyAttribution, _selfsame_v1_PartyAttribution__Output>
      PossibleMatch: MessageTypeDefinition<_selfsame_v1_PossibleMatch, _selfsame_v1_PossibleMatch__Output>
      ProfileKind: EnumTypeDefinition
      ProfileSelector: MessageTypeDefinition<_selfsame_v1_ProfileSelector, _selfsame_v1_ProfileSelector__Output>
      ReadOptions: MessageTypeDefinition<_selfsame_v1_ReadOptions, _selfsame_v1_ReadOptions__Output>
      RecordMatch: MessageTypeDefinition<_selfsame_v1_RecordMatch, _selfsame_v1_RecordMatch__Output>
      Relationship: MessageTypeDefinition<_selfsame_v1_Relationship, _selfsame_v1_Relationship__Output>
      Resolution: MessageTypeDefinition<_selfsame_v1_Resolution, _selfsame_v1_Resolution__Output>
      /**
       * Answers which customer an identifier belongs to, what is known of a customer, and why.
       */
      ResolutionService: SubtypeConstructor<typeof grpc.Client, _selfsame_v1_ResolutionServiceClient> & { service: _selfsame_v1_ResolutionServiceDefinition }
      ResolutionStatus: EnumTypeDefinition
      ResolveRequest: MessageTypeDefinition<_selfsame_v1_ResolveRequest, _selfsame_v1_ResolveRequest__Output>
      ResolveResponse: MessageTypeDefinition<_selfsame_v1_ResolveResponse, _selfsame_v1_ResolveResponse__Output>
      ResolveStreamRequest: MessageTypeDefinition<_selfsame_v1_ResolveStreamRequest, _selfsame_v1_ResolveStreamRequest__Output>
      ResolveStreamResponse: MessageTypeDefinition<_selfsame_v1_ResolveStreamResponse, _selfsame_v1_ResolveStreamResponse__Output>
      TimelineEntry: MessageTypeDefinition<_selfsame_v1_TimelineEntry, _selfsame_v1_TimelineEntry__Output>
      UncountedEvidence: MessageTypeDefinition<_selfsame_v1_UncountedEvidence, _selfsame_v1_UncountedEvidence__Output>
      WaitLevel: EnumTypeDefinition
      WatchChangesRequest: MessageTypeDefinition<_selfsame_v1_WatchChangesRequest, _selfsame_v1_WatchChangesRequest__Output>
      WatchChangesResponse: MessageTypeDefinition<_selfsame_v1_WatchChangesResponse, _selfsame_v1_WatchChangesResponse__Output>
    }
  }
}

