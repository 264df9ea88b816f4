import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { CalibrateThresholdsRequest as _selfsame_v1_CalibrateThresholdsRequest, CalibrateThresholdsRequest__Output as _selfsame_v1_CalibrateThresholdsRequest__Output } from './selfsame/v1/CalibrateThresholdsRequest.ts';
import type { CalibrateThresholdsResponse as _selfsame_v1_CalibrateThresholdsResponse, CalibrateThresholdsResponse__Output as _selfsame_v1_CalibrateThresholdsResponse__Output } from './selfsame/v1/CalibrateThresholdsResponse.ts';
import type { CannotLinkRequest as _selfsame_v1_CannotLinkRequest, CannotLinkRequest__Output as _selfsame_v1_CannotLinkRequest__Output } from './selfsame/v1/CannotLinkRequest.ts';
import type { CannotLinkResponse as _selfsame_v1_CannotLinkResponse, CannotLinkResponse__Output as _selfsame_v1_CannotLinkResponse__Output } from './selfsame/v1/CannotLinkResponse.ts';
import type { Conflict as _selfsame_v1_Conflict, Conflict__Output as _selfsame_v1_Conflict__Output } from './selfsame/v1/Conflict.ts';
import type { DecideReviewsRequest as _selfsame_v1_DecideReviewsRequest, DecideReviewsRequest__Output as _selfsame_v1_DecideReviewsRequest__Output } from './selfsame/v1/DecideReviewsRequest.ts';
import type { DecideReviewsResponse as _selfsame_v1_DecideReviewsResponse, DecideReviewsResponse__Output as _selfsame_v1_DecideReviewsResponse__Output } from './selfsame/v1/DecideReviewsResponse.ts';
import type { DecidedReview as _selfsame_v1_DecidedReview, DecidedReview__Output as _selfsame_v1_DecidedReview__Output } from './selfsame/v1/DecidedReview.ts';
import type { Decision as _selfsame_v1_Decision, Decision__Output as _selfsame_v1_Decision__Output } from './selfsame/v1/Decision.ts';
import type { DecisionRecord as _selfsame_v1_DecisionRecord, DecisionRecord__Output as _selfsame_v1_DecisionRecord__Output } from './selfsame/v1/DecisionRecord.ts';
import type { DeliveryName as _selfsame_v1_DeliveryName, DeliveryName__Output as _selfsame_v1_DeliveryName__Output } from './selfsame/v1/DeliveryName.ts';
import type { EvidenceOrder as _selfsame_v1_EvidenceOrder, EvidenceOrder__Output as _selfsame_v1_EvidenceOrder__Output } from './selfsame/v1/EvidenceOrder.ts';
import type { GetReliabilityRequest as _selfsame_v1_GetReliabilityRequest, GetReliabilityRequest__Output as _selfsame_v1_GetReliabilityRequest__Output } from './selfsame/v1/GetReliabilityRequest.ts';
import type { GetReliabilityResponse as _selfsame_v1_GetReliabilityResponse, GetReliabilityResponse__Output as _selfsame_v1_GetReliabilityResponse__Output } from './selfsame/v1/GetReliabilityResponse.ts';
import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from './selfsame/v1/Identifier.ts';
import type { ListConflictsRequest as _selfsame_v1_ListConflictsRequest, ListConflictsRequest__Output as _selfsame_v1_ListConflictsRequest__Output } from './selfsame/v1/ListConflictsRequest.ts';
import type { ListConflictsResponse as _selfsame_v1_ListConflictsResponse, ListConflictsResponse__Output as _selfsame_v1_ListConflictsResponse__Output } from './selfsame/v1/ListConflictsResponse.ts';
import type { ListDecisionsRequest as _selfsame_v1_ListDecisionsRequest, ListDecisionsRequest__Output as _selfsame_v1_ListDecisionsRequest__Output } from './selfsame/v1/ListDecisionsRequest.ts';
import type { ListDecisionsResponse as _selfsame_v1_ListDecisionsResponse, ListDecisionsResponse__Output as _selfsame_v1_ListDecisionsResponse__Output } from './selfsame/v1/ListDecisionsResponse.ts';
import type { ListOrdersRequest as _selfsame_v1_ListOrdersRequest, ListOrdersRequest__Output as _selfsame_v1_ListOrdersRequest__Output } from './selfsame/v1/ListOrdersRequest.ts';
import type { ListOrdersResponse as _selfsame_v1_ListOrdersResponse, ListOrdersResponse__Output as _selfsame_v1_ListOrdersResponse__Output } from './selfsame/v1/ListOrdersResponse.ts';
import type { ListReviewsRequest as _selfsame_v1_ListReviewsRequest, ListReviewsRequest__Output as _selfsame_v1_ListReviewsRequest__Output } from './selfsame/v1/ListReviewsRequest.ts';
import type { ListReviewsResponse as _selfsame_v1_ListReviewsResponse, ListReviewsResponse__Output as _selfsame_v1_ListReviewsResponse__Output } from './selfsame/v1/ListReviewsResponse.ts';
import type { MergeCustomersRequest as _selfsame_v1_MergeCustomersRequest, MergeCustomersRequest__Output as _selfsame_v1_MergeCustomersRequest__Output } from './selfsame/v1/MergeCustomersRequest.ts';
import type { MergeCustomersResponse as _selfsame_v1_MergeCustomersResponse, MergeCustomersResponse__Output as _selfsame_v1_MergeCustomersResponse__Output } from './selfsame/v1/MergeCustomersResponse.ts';
import type { MustLinkRequest as _selfsame_v1_MustLinkRequest, MustLinkRequest__Output as _selfsame_v1_MustLinkRequest__Output } from './selfsame/v1/MustLinkRequest.ts';
import type { MustLinkResponse as _selfsame_v1_MustLinkResponse, MustLinkResponse__Output as _selfsame_v1_MustLinkResponse__Output } from './selfsame/v1/MustLinkResponse.ts';
import type { OrderEvidenceRequest as _selfsame_v1_OrderEvidenceRequest, OrderEvidenceRequest__Output as _selfsame_v1_OrderEvidenceRequest__Output } from './selfsame/v1/OrderEvidenceRequest.ts';
import type { OrderEvidenceResponse as _selfsame_v1_OrderEvidenceResponse, OrderEvidenceResponse__Output as _selfsame_v1_OrderEvidenceResponse__Output } from './selfsame/v1/OrderEvidenceResponse.ts';
import type { OrderOrigin as _selfsame_v1_OrderOrigin, OrderOrigin__Output as _selfsame_v1_OrderOrigin__Output } from './selfsame/v1/OrderOrigin.ts';
import type { ProfileGroup as _selfsame_v1_ProfileGroup, ProfileGroup__Output as _selfsame_v1_ProfileGroup__Output } from './selfsame/v1/ProfileGroup.ts';
import type { ProfilePair as _selfsame_v1_ProfilePair, ProfilePair__Output as _selfsame_v1_ProfilePair__Output } from './selfsame/v1/ProfilePair.ts';
import type { ProfileRefs as _selfsame_v1_ProfileRefs, ProfileRefs__Output as _selfsame_v1_ProfileRefs__Output } from './selfsame/v1/ProfileRefs.ts';
import type { ProfileSelector as _selfsame_v1_ProfileSelector, ProfileSelector__Output as _selfsame_v1_ProfileSelector__Output } from './selfsame/v1/ProfileSelector.ts';
import type { ReadOptions as _selfsame_v1_ReadOptions, ReadOptions__Output as _selfsame_v1_ReadOptions__Output } from './selfsame/v1/ReadOptions.ts';
import type { ReliabilityBin as _selfsame_v1_ReliabilityBin, ReliabilityBin__Output as _selfsame_v1_ReliabilityBin__Output } from './selfsame/v1/ReliabilityBin.ts';
import type { RetractDecisionRequest as _selfsame_v1_RetractDecisionRequest, RetractDecisionRequest__Output as _selfsame_v1_RetractDecisionRequest__Output } from './selfsame/v1/RetractDecisionRequest.ts';
import type { RetractDecisionResponse as _selfsame_v1_RetractDecisionResponse, RetractDecisionResponse__Output as _selfsame_v1_RetractDecisionResponse__Output } from './selfsame/v1/RetractDecisionResponse.ts';
import type { RetractIdentifierRequest as _selfsame_v1_RetractIdentifierRequest, RetractIdentifierRequest__Output as _selfsame_v1_RetractIdentifierRequest__Output } from './selfsame/v1/RetractIdentifierRequest.ts';
import type { RetractIdentifierResponse as _selfsame_v1_RetractIdentifierResponse, RetractIdentifierResponse__Output as _selfsame_v1_RetractIdentifierResponse__Output } from './selfsame/v1/RetractIdentifierResponse.ts';
import type { RetractInteractionRequest as _selfsame_v1_RetractInteractionRequest, RetractInteractionRequest__Output as _selfsame_v1_RetractInteractionRequest__Output } from './selfsame/v1/RetractInteractionRequest.ts';
import type { RetractInteractionResponse as _selfsame_v1_RetractInteractionResponse, RetractInteractionResponse__Output as _selfsame_v1_RetractInteractionResponse__Output } from './selfsame/v1/RetractInteractionResponse.ts';
import type { Review as _selfsame_v1_Review, Review__Output as _selfsame_v1_Review__Output } from './selfsame/v1/Review.ts';
import type { ReviewFilter as _selfsame_v1_ReviewFilter, ReviewFilter__Output as _selfsame_v1_ReviewFilter__Output } from './selfsame/v1/ReviewFilter.ts';
import type { ReviewSide as _selfsame_v1_ReviewSide, ReviewSide__Output as _selfsame_v1_ReviewSide__Output } from './selfsame/v1/ReviewSide.ts';
import type { SplitCustomerRequest as _selfsame_v1_SplitCustomerRequest, SplitCustomerRequest__Output as _selfsame_v1_SplitCustomerRequest__Output } from './selfsame/v1/SplitCustomerRequest.ts';
import type { SplitCustomerResponse as _selfsame_v1_SplitCustomerResponse, SplitCustomerResponse__Output as _selfsame_v1_SplitCustomerResponse__Output } from './selfsame/v1/SplitCustomerResponse.ts';
import type { StewardServiceClient as _selfsame_v1_StewardServiceClient, StewardServiceDefinition as _selfsame_v1_StewardServiceDefinition } from './selfsame/v1/StewardService.ts';

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
      CalibrateThresholdsRequest: MessageTypeDefinition<_selfsame_v1_CalibrateThresholdsRequest, _selfsame_v1_CalibrateThresholdsRequest__Output>
      CalibrateThresholdsResponse: MessageTypeDefinition<_selfsame_v1_CalibrateThresholdsResponse, _selfsame_v1_CalibrateThresholdsResponse__Output>
      CannotLinkRequest: MessageTypeDefinition<_selfsame_v1_CannotLinkRequest, _selfsame_v1_CannotLinkRequest__Output>
      CannotLinkResponse: MessageTypeDefinition<_selfsame_v1_CannotLinkResponse, _selfsame_v1_CannotLinkResponse__Output>
      Conflict: MessageTypeDefinition<_selfsame_v1_Conflict, _selfsame_v1_Conflict__Output>
      ConflictKind: EnumTypeDefinition
      DecideReviewsRequest: MessageTypeDefinition<_selfsame_v1_DecideReviewsRequest, _selfsame_v1_DecideReviewsRequest__Output>
      DecideReviewsResponse: MessageTypeDefinition<_selfsame_v1_DecideReviewsResponse, _selfsame_v1_DecideReviewsResponse__Output>
      DecidedReview: MessageTypeDefinition<_selfsame_v1_DecidedReview, _selfsame_v1_DecidedReview__Output>
      Decision: MessageTypeDefinition<_selfsame_v1_Decision, _selfsame_v1_Decision__Output>
      DecisionRecord: MessageTypeDefinition<_selfsame_v1_DecisionRecord, _selfsame_v1_DecisionRecord__Output>
      DecisionStanding: EnumTypeDefinition
      DeliveryName: MessageTypeDefinition<_selfsame_v1_DeliveryName, _selfsame_v1_DeliveryName__Output>
      EvidenceOrder: MessageTypeDefinition<_selfsame_v1_EvidenceOrder, _selfsame_v1_EvidenceOrder__Output>
      GetReliabilityRequest: MessageTypeDefinition<_selfsame_v1_GetReliabilityRequest, _selfsame_v1_GetReliabilityRequest__Output>
      GetReliabilityResponse: MessageTypeDefinition<_selfsame_v1_GetReliabilityResponse, _selfsame_v1_GetReliabilityResponse__Output>
      Identifier: MessageTypeDefinition<_selfsame_v1_Identifier, _selfsame_v1_Identifier__Output>
      ListConflictsRequest: MessageTypeDefinition<_selfsame_v1_ListConflictsRequest, _selfsame_v1_ListConflictsRequest__Output>
      ListConflictsResponse: MessageTypeDefinition<_selfsame_v1_ListConflictsResponse, _selfsame_v1_ListConflictsResponse__Output>
      ListDecisionsRequest: MessageTypeDefinition<_selfsame_v1_ListDecisionsRequest, _selfsame_v1_ListDecisionsRequest__Output>
      ListDecisionsResponse: MessageTypeDefinition<_selfsame_v1_ListDecisionsResponse, _selfsame_v1_ListDecisionsResponse__Output>
      ListOrdersRequest: MessageTypeDefinition<_selfsame_v1_ListOrdersRequest, _selfsame_v1_ListOrdersRequest__Output>
      ListOrdersResponse: MessageTypeDefinition<_selfsame_v1_ListOrdersResponse, _selfsame_v1_ListOrdersResponse__Output>
      ListReviewsRequest: MessageTypeDefinition<_selfsame_v1_ListReviewsRequest, _selfsame_v1_ListReviewsRequest__Output>
      ListReviewsResponse: MessageTypeDefinition<_selfsame_v1_ListReviewsResponse, _selfsame_v1_ListReviewsResponse__Output>
      MergeCustomersRequest: MessageTypeDefinition<_selfsame_v1_MergeCustomersRequest, _selfsame_v1_MergeCustomersRequest__Output>
      MergeCustomersResponse: MessageTypeDefinition<_selfsame_v1_MergeCustomersResponse, _selfsame_v1_MergeCustomersResponse__Output>
      MustLinkRequest: MessageTypeDefinition<_selfsame_v1_MustLinkRequest, _selfsame_v1_MustLinkRequest__Output>
      MustLinkResponse: MessageTypeDefinition<_selfsame_v1_MustLinkResponse, _selfsame_v1_MustLinkResponse__Output>
      OrderEvidenceRequest: MessageTypeDefinition<_selfsame_v1_OrderEvidenceRequest, _selfsame_v1_OrderEvidenceRequest__Output>
      OrderEvidenceResponse: MessageTypeDefinition<_selfsame_v1_OrderEvidenceResponse, _selfsame_v1_OrderEvidenceResponse__Output>
      OrderOrigin: MessageTypeDefinition<_selfsame_v1_OrderOrigin, _selfsame_v1_OrderOrigin__Output>
      ProfileGroup: MessageTypeDefinition<_selfsame_v1_ProfileGroup, _selfsame_v1_ProfileGroup__Output>
      ProfilePair: MessageTypeDefinition<_selfsame_v1_ProfilePair, _selfsame_v1_ProfilePair__Output>
      ProfileRefs: MessageTypeDefinition<_selfsame_v1_ProfileRefs, _selfsame_v1_ProfileRefs__Output>
      ProfileSelector: MessageTypeDefinition<_selfsame_v1_ProfileSelector, _selfsame_v1_ProfileSelector__Output>
      ReadOptions: MessageTypeDefinition<_selfsame_v1_ReadOptions, _selfsame_v1_ReadOptions__Output>
      ReliabilityBin: MessageTypeDefinition<_selfsame_v1_ReliabilityBin, _selfsame_v1_ReliabilityBin__Output>
      RetractDecisionRequest: MessageTypeDefinition<_selfsame_v1_RetractDecisionRequest, _selfsame_v1_RetractDecisionRequest__Output>
      RetractDecisionResponse: MessageTypeDefinition<_selfsame_v1_RetractDecisionResponse, _selfsame_v1_RetractDecisionResponse__Output>
      RetractIdentifierRequest: MessageTypeDefinition<_selfsame_v1_RetractIdentifierRequest, _selfsame_v1_RetractIdentifierRequest__Output>
      RetractIdentifierResponse: MessageTypeDefinition<_selfsame_v1_RetractIdentifierResponse, _selfsame_v1_RetractIdentifierResponse__Output>
      RetractInteractionRequest: MessageTypeDefinition<_selfsame_v1_RetractInteractionRequest, _selfsame_v1_RetractInteractionRequest__Output>
      RetractInteractionResponse: MessageTypeDefinition<_selfsame_v1_RetractInteractionResponse, _selfsame_v1_RetractInteractionResponse__Output>
      Review: MessageTypeDefinition<_selfsame_v1_Review, _selfsame_v1_Review__Output>
      ReviewFilter: MessageTypeDefinition<_selfsame_v1_ReviewFilter, _selfsame_v1_ReviewFilter__Output>
      ReviewKind: EnumTypeDefinition
      ReviewSide: MessageTypeDefinition<_selfsame_v1_ReviewSide, _selfsame_v1_ReviewSide__Output>
      SplitCustomerRequest: MessageTypeDefinition<_selfsame_v1_SplitCustomerRequest, _selfsame_v1_SplitCustomerRequest__Output>
      SplitCustomerResponse: MessageTypeDefinition<_selfsame_v1_SplitCustomerResponse, _selfsame_v1_SplitCustomerResponse__Output>
      Standing: EnumTypeDefinition
      /**
       * Records decisions of stewards and takes evidence back. Decisions are evidence: they can always be
       * taken back, and survive reprocessing. All methods are safe to repeat with the same request_id and
       * decided_at; without decided_at a gateway remembers the time of a request_id for ten minutes.
       */
      StewardService: SubtypeConstructor<typeof grpc.Client, _selfsame_v1_StewardServiceClient> & { service: _selfsame_v1_StewardServiceDefinition }
      Verdict: EnumTypeDefinition
      WaitLevel: EnumTypeDefinition
    }
  }
}

