// Original file: selfsame/v1/steward_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CalibrateThresholdsRequest as _selfsame_v1_CalibrateThresholdsRequest, CalibrateThresholdsRequest__Output as _selfsame_v1_CalibrateThresholdsRequest__Output } from '../../selfsame/v1/CalibrateThresholdsRequest.ts';
import type { CalibrateThresholdsResponse as _selfsame_v1_CalibrateThresholdsResponse, CalibrateThresholdsResponse__Output as _selfsame_v1_CalibrateThresholdsResponse__Output } from '../../selfsame/v1/CalibrateThresholdsResponse.ts';
import type { CannotLinkRequest as _selfsame_v1_CannotLinkRequest, CannotLinkRequest__Output as _selfsame_v1_CannotLinkRequest__Output } from '../../selfsame/v1/CannotLinkRequest.ts';
import type { CannotLinkResponse as _selfsame_v1_CannotLinkResponse, CannotLinkResponse__Output as _selfsame_v1_CannotLinkResponse__Output } from '../../selfsame/v1/CannotLinkResponse.ts';
import type { DecideReviewsRequest as _selfsame_v1_DecideReviewsRequest, DecideReviewsRequest__Output as _selfsame_v1_DecideReviewsRequest__Output } from '../../selfsame/v1/DecideReviewsRequest.ts';
import type { DecideReviewsResponse as _selfsame_v1_DecideReviewsResponse, DecideReviewsResponse__Output as _selfsame_v1_DecideReviewsResponse__Output } from '../../selfsame/v1/DecideReviewsResponse.ts';
import type { GetReliabilityRequest as _selfsame_v1_GetReliabilityRequest, GetReliabilityRequest__Output as _selfsame_v1_GetReliabilityRequest__Output } from '../../selfsame/v1/GetReliabilityRequest.ts';
import type { GetReliabilityResponse as _selfsame_v1_GetReliabilityResponse, GetReliabilityResponse__Output as _selfsame_v1_GetReliabilityResponse__Output } from '../../selfsame/v1/GetReliabilityResponse.ts';
import type { ListConflictsRequest as _selfsame_v1_ListConflictsRequest, ListConflictsRequest__Output as _selfsame_v1_ListConflictsRequest__Output } from '../../selfsame/v1/ListConflictsRequest.ts';
import type { ListConflictsResponse as _selfsame_v1_ListConflictsResponse, ListConflictsResponse__Output as _selfsame_v1_ListConflictsResponse__Output } from '../../selfsame/v1/ListConflictsResponse.ts';
import type { ListDecisionsRequest as _selfsame_v1_ListDecisionsRequest, ListDecisionsRequest__Output as _selfsame_v1_ListDecisionsRequest__Output } from '../../selfsame/v1/ListDecisionsRequest.ts';
import type { ListDecisionsResponse as _selfsame_v1_ListDecisionsResponse, ListDecisionsResponse__Output as _selfsame_v1_ListDecisionsResponse__Output } from '../../selfsame/v1/ListDecisionsResponse.ts';
import type { ListOrdersRequest as _selfsame_v1_ListOrdersRequest, ListOrdersRequest__Output as _selfsame_v1_ListOrdersRequest__Output } from '../../selfsame/v1/ListOrdersRequest.ts';
import type { ListOrdersResponse as _selfsame_v1_ListOrdersResponse, ListOrdersResponse__Output as _selfsame_v1_ListOrdersResponse__Output } from '../../selfsame/v1/ListOrdersResponse.ts';
import type { ListReviewsRequest as _selfsame_v1_ListReviewsRequest, ListReviewsRequest__Output as _selfsame_v1_ListReviewsRequest__Output } from '../../selfsame/v1/ListReviewsRequest.ts';
import type { ListReviewsResponse as _selfsame_v1_ListReviewsResponse, ListReviewsResponse__Output as _selfsame_v1_ListReviewsResponse__Output } from '../../selfsame/v1/ListReviewsResponse.ts';
import type { MergeCustomersRequest as _selfsame_v1_MergeCustomersRequest, MergeCustomersRequest__Output as _selfsame_v1_MergeCustomersRequest__Output } from '../../selfsame/v1/MergeCustomersRequest.ts';
import type { MergeCustomersResponse as _selfsame_v1_MergeCustomersResponse, MergeCustomersResponse__Output as _selfsame_v1_MergeCustomersResponse__Output } from '../../selfsame/v1/MergeCustomersResponse.ts';
import type { MustLinkRequest as _selfsame_v1_MustLinkRequest, MustLinkRequest__Output as _selfsame_v1_MustLinkRequest__Output } from '../../selfsame/v1/MustLinkRequest.ts';
import type { MustLinkResponse as _selfsame_v1_MustLinkResponse, MustLinkResponse__Output as _selfsame_v1_MustLinkResponse__Output } from '../../selfsame/v1/MustLinkResponse.ts';
import type { OrderEvidenceRequest as _selfsame_v1_OrderEvidenceRequest, OrderEvidenceRequest__Output as _selfsame_v1_OrderEvidenceRequest__Output } from '../../selfsame/v1/OrderEvidenceRequest.ts';
import type { OrderEvidenceResponse as _selfsame_v1_OrderEvidenceResponse, OrderEvidenceResponse__Output as _selfsame_v1_OrderEvidenceResponse__Output } from '../../selfsame/v1/OrderEvidenceResponse.ts';
import type { RetractDecisionRequest as _selfsame_v1_RetractDecisionRequest, RetractDecisionRequest__Output as _selfsame_v1_RetractDecisionRequest__Output } from '../../selfsame/v1/RetractDecisionRequest.ts';
import type { RetractDecisionResponse as _selfsame_v1_RetractDecisionResponse, RetractDecisionResponse__Output as _selfsame_v1_RetractDecisionResponse__Output } from '../../selfsame/v1/RetractDecisionResponse.ts';
import type { RetractIdentifierRequest as _selfsame_v1_RetractIdentifierRequest, RetractIdentifierRequest__Output as _selfsame_v1_RetractIdentifierRequest__Output } from '../../selfsame/v1/RetractIdentifierRequest.ts';
import type { RetractIdentifierResponse as _selfsame_v1_RetractIdentifierResponse, RetractIdentifierResponse__Output as _selfsame_v1_RetractIdentifierResponse__Output } from '../../selfsame/v1/RetractIdentifierResponse.ts';
import type { RetractInteractionRequest as _selfsame_v1_RetractInteractionRequest, RetractInteractionRequest__Output as _selfsame_v1_RetractInteractionRequest__Output } from '../../selfsame/v1/RetractInteractionRequest.ts';
import type { RetractInteractionResponse as _selfsame_v1_RetractInteractionResponse, RetractInteractionResponse__Output as _selfsame_v1_RetractInteractionResponse__Output } from '../../selfsame/v1/RetractInteractionResponse.ts';
import type { SplitCustomerRequest as _selfsame_v1_SplitCustomerRequest, SplitCustomerRequest__Output as _selfsame_v1_SplitCustomerRequest__Output } from '../../selfsame/v1/SplitCustomerRequest.ts';
import type { SplitCustomerResponse as _selfsame_v1_SplitCustomerResponse, SplitCustomerResponse__Output as _selfsame_v1_SplitCustomerResponse__Output } from '../../selfsame/v1/SplitCustomerResponse.ts';

/**
 * Records decisions of stewards and takes evidence back. Decisions are evidence: they can always be
 * taken back, and survive reprocessing. All methods are safe to repeat with the same request_id and
 * decided_at; without decided_at a gateway remembers the time of a request_id for ten minutes.
 */
export interface StewardServiceClient extends grpc.Client {
  /**
   * Finds the floor whose pairs really have the probability asked for, from decisions on uncertain
   * pairs; with `propose`, makes a candidate version of them (see RulesService). Nothing is
   * activated. FAILED_PRECONDITION with fewer than 50 decisions, or fewer than 5 of a verdict.
   */
  CalibrateThresholds(argument: _selfsame_v1_CalibrateThresholdsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_CalibrateThresholdsResponse__Output>): grpc.ClientUnaryCall;
  CalibrateThresholds(argument: _selfsame_v1_CalibrateThresholdsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_CalibrateThresholdsResponse__Output>): grpc.ClientUnaryCall;
  CalibrateThresholds(argument: _selfsame_v1_CalibrateThresholdsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_CalibrateThresholdsResponse__Output>): grpc.ClientUnaryCall;
  CalibrateThresholds(argument: _selfsame_v1_CalibrateThresholdsRequest, callback: grpc.requestCallback<_selfsame_v1_CalibrateThresholdsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Finds the floor whose pairs really have the probability asked for, from decisions on uncertain
   * pairs; with `propose`, makes a candidate version of them (see RulesService). Nothing is
   * activated. FAILED_PRECONDITION with fewer than 50 decisions, or fewer than 5 of a verdict.
   */
  calibrateThresholds(argument: _selfsame_v1_CalibrateThresholdsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_CalibrateThresholdsResponse__Output>): grpc.ClientUnaryCall;
  calibrateThresholds(argument: _selfsame_v1_CalibrateThresholdsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_CalibrateThresholdsResponse__Output>): grpc.ClientUnaryCall;
  calibrateThresholds(argument: _selfsame_v1_CalibrateThresholdsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_CalibrateThresholdsResponse__Output>): grpc.ClientUnaryCall;
  calibrateThresholds(argument: _selfsame_v1_CalibrateThresholdsRequest, callback: grpc.requestCallback<_selfsame_v1_CalibrateThresholdsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Decides that two profiles are never the same customer; outweighs must-links, unless they are
   * later and on the same pair.
   */
  CannotLink(argument: _selfsame_v1_CannotLinkRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_CannotLinkResponse__Output>): grpc.ClientUnaryCall;
  CannotLink(argument: _selfsame_v1_CannotLinkRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_CannotLinkResponse__Output>): grpc.ClientUnaryCall;
  CannotLink(argument: _selfsame_v1_CannotLinkRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_CannotLinkResponse__Output>): grpc.ClientUnaryCall;
  CannotLink(argument: _selfsame_v1_CannotLinkRequest, callback: grpc.requestCallback<_selfsame_v1_CannotLinkResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Decides that two profiles are never the same customer; outweighs must-links, unless they are
   * later and on the same pair.
   */
  cannotLink(argument: _selfsame_v1_CannotLinkRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_CannotLinkResponse__Output>): grpc.ClientUnaryCall;
  cannotLink(argument: _selfsame_v1_CannotLinkRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_CannotLinkResponse__Output>): grpc.ClientUnaryCall;
  cannotLink(argument: _selfsame_v1_CannotLinkRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_CannotLinkResponse__Output>): grpc.ClientUnaryCall;
  cannotLink(argument: _selfsame_v1_CannotLinkRequest, callback: grpc.requestCallback<_selfsame_v1_CannotLinkResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Decides pairs, given by name or by a filter of open pairs. Each gets a decision of its own, to be
   * taken back by itself; a repeat with the same request_id and decided_at changes nothing.
   */
  DecideReviews(argument: _selfsame_v1_DecideReviewsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_DecideReviewsResponse__Output>): grpc.ClientUnaryCall;
  DecideReviews(argument: _selfsame_v1_DecideReviewsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_DecideReviewsResponse__Output>): grpc.ClientUnaryCall;
  DecideReviews(argument: _selfsame_v1_DecideReviewsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_DecideReviewsResponse__Output>): grpc.ClientUnaryCall;
  DecideReviews(argument: _selfsame_v1_DecideReviewsRequest, callback: grpc.requestCallback<_selfsame_v1_DecideReviewsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Decides pairs, given by name or by a filter of open pairs. Each gets a decision of its own, to be
   * taken back by itself; a repeat with the same request_id and decided_at changes nothing.
   */
  decideReviews(argument: _selfsame_v1_DecideReviewsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_DecideReviewsResponse__Output>): grpc.ClientUnaryCall;
  decideReviews(argument: _selfsame_v1_DecideReviewsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_DecideReviewsResponse__Output>): grpc.ClientUnaryCall;
  decideReviews(argument: _selfsame_v1_DecideReviewsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_DecideReviewsResponse__Output>): grpc.ClientUnaryCall;
  decideReviews(argument: _selfsame_v1_DecideReviewsRequest, callback: grpc.requestCallback<_selfsame_v1_DecideReviewsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Compares the certainty of pairs with what stewards decided of them.
   */
  GetReliability(argument: _selfsame_v1_GetReliabilityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetReliabilityResponse__Output>): grpc.ClientUnaryCall;
  GetReliability(argument: _selfsame_v1_GetReliabilityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_GetReliabilityResponse__Output>): grpc.ClientUnaryCall;
  GetReliability(argument: _selfsame_v1_GetReliabilityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetReliabilityResponse__Output>): grpc.ClientUnaryCall;
  GetReliability(argument: _selfsame_v1_GetReliabilityRequest, callback: grpc.requestCallback<_selfsame_v1_GetReliabilityResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Compares the certainty of pairs with what stewards decided of them.
   */
  getReliability(argument: _selfsame_v1_GetReliabilityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetReliabilityResponse__Output>): grpc.ClientUnaryCall;
  getReliability(argument: _selfsame_v1_GetReliabilityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_GetReliabilityResponse__Output>): grpc.ClientUnaryCall;
  getReliability(argument: _selfsame_v1_GetReliabilityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetReliabilityResponse__Output>): grpc.ClientUnaryCall;
  getReliability(argument: _selfsame_v1_GetReliabilityRequest, callback: grpc.requestCallback<_selfsame_v1_GetReliabilityResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Lists must-links that contradict other decisions or the limits.
   */
  ListConflicts(argument: _selfsame_v1_ListConflictsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListConflictsResponse__Output>): grpc.ClientUnaryCall;
  ListConflicts(argument: _selfsame_v1_ListConflictsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ListConflictsResponse__Output>): grpc.ClientUnaryCall;
  ListConflicts(argument: _selfsame_v1_ListConflictsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListConflictsResponse__Output>): grpc.ClientUnaryCall;
  ListConflicts(argument: _selfsame_v1_ListConflictsRequest, callback: grpc.requestCallback<_selfsame_v1_ListConflictsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Lists must-links that contradict other decisions or the limits.
   */
  listConflicts(argument: _selfsame_v1_ListConflictsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListConflictsResponse__Output>): grpc.ClientUnaryCall;
  listConflicts(argument: _selfsame_v1_ListConflictsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ListConflictsResponse__Output>): grpc.ClientUnaryCall;
  listConflicts(argument: _selfsame_v1_ListConflictsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListConflictsResponse__Output>): grpc.ClientUnaryCall;
  listConflicts(argument: _selfsame_v1_ListConflictsRequest, callback: grpc.requestCallback<_selfsame_v1_ListConflictsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Lists decisions, the latest first: who, when, why, and whether they count.
   */
  ListDecisions(argument: _selfsame_v1_ListDecisionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  ListDecisions(argument: _selfsame_v1_ListDecisionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  ListDecisions(argument: _selfsame_v1_ListDecisionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  ListDecisions(argument: _selfsame_v1_ListDecisionsRequest, callback: grpc.requestCallback<_selfsame_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Lists decisions, the latest first: who, when, why, and whether they count.
   */
  listDecisions(argument: _selfsame_v1_ListDecisionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  listDecisions(argument: _selfsame_v1_ListDecisionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  listDecisions(argument: _selfsame_v1_ListDecisionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  listDecisions(argument: _selfsame_v1_ListDecisionsRequest, callback: grpc.requestCallback<_selfsame_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Lists orders, the latest first: what is held, for a steward to judge, and what was rejected.
   */
  ListOrders(argument: _selfsame_v1_ListOrdersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListOrdersResponse__Output>): grpc.ClientUnaryCall;
  ListOrders(argument: _selfsame_v1_ListOrdersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ListOrdersResponse__Output>): grpc.ClientUnaryCall;
  ListOrders(argument: _selfsame_v1_ListOrdersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListOrdersResponse__Output>): grpc.ClientUnaryCall;
  ListOrders(argument: _selfsame_v1_ListOrdersRequest, callback: grpc.requestCallback<_selfsame_v1_ListOrdersResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Lists orders, the latest first: what is held, for a steward to judge, and what was rejected.
   */
  listOrders(argument: _selfsame_v1_ListOrdersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListOrdersResponse__Output>): grpc.ClientUnaryCall;
  listOrders(argument: _selfsame_v1_ListOrdersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ListOrdersResponse__Output>): grpc.ClientUnaryCall;
  listOrders(argument: _selfsame_v1_ListOrdersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListOrdersResponse__Output>): grpc.ClientUnaryCall;
  listOrders(argument: _selfsame_v1_ListOrdersRequest, callback: grpc.requestCallback<_selfsame_v1_ListOrdersResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Lists pairs of profiles that are open to a decision, the most valuable first: too uncertain to
   * join, or joined by the evidence and refused by a rule. A decided pair leaves the list.
   */
  ListReviews(argument: _selfsame_v1_ListReviewsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListReviewsResponse__Output>): grpc.ClientUnaryCall;
  ListReviews(argument: _selfsame_v1_ListReviewsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ListReviewsResponse__Output>): grpc.ClientUnaryCall;
  ListReviews(argument: _selfsame_v1_ListReviewsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListReviewsResponse__Output>): grpc.ClientUnaryCall;
  ListReviews(argument: _selfsame_v1_ListReviewsRequest, callback: grpc.requestCallback<_selfsame_v1_ListReviewsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Lists pairs of profiles that are open to a decision, the most valuable first: too uncertain to
   * join, or joined by the evidence and refused by a rule. A decided pair leaves the list.
   */
  listReviews(argument: _selfsame_v1_ListReviewsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListReviewsResponse__Output>): grpc.ClientUnaryCall;
  listReviews(argument: _selfsame_v1_ListReviewsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ListReviewsResponse__Output>): grpc.ClientUnaryCall;
  listReviews(argument: _selfsame_v1_ListReviewsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ListReviewsResponse__Output>): grpc.ClientUnaryCall;
  listReviews(argument: _selfsame_v1_ListReviewsRequest, callback: grpc.requestCallback<_selfsame_v1_ListReviewsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Decides that two customers are one: a must-link of their founding profiles.
   */
  MergeCustomers(argument: _selfsame_v1_MergeCustomersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_MergeCustomersResponse__Output>): grpc.ClientUnaryCall;
  MergeCustomers(argument: _selfsame_v1_MergeCustomersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_MergeCustomersResponse__Output>): grpc.ClientUnaryCall;
  MergeCustomers(argument: _selfsame_v1_MergeCustomersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_MergeCustomersResponse__Output>): grpc.ClientUnaryCall;
  MergeCustomers(argument: _selfsame_v1_MergeCustomersRequest, callback: grpc.requestCallback<_selfsame_v1_MergeCustomersResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Decides that two customers are one: a must-link of their founding profiles.
   */
  mergeCustomers(argument: _selfsame_v1_MergeCustomersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_MergeCustomersResponse__Output>): grpc.ClientUnaryCall;
  mergeCustomers(argument: _selfsame_v1_MergeCustomersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_MergeCustomersResponse__Output>): grpc.ClientUnaryCall;
  mergeCustomers(argument: _selfsame_v1_MergeCustomersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_MergeCustomersResponse__Output>): grpc.ClientUnaryCall;
  mergeCustomers(argument: _selfsame_v1_MergeCustomersRequest, callback: grpc.requestCallback<_selfsame_v1_MergeCustomersResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Decides that two profiles are the same customer.
   */
  MustLink(argument: _selfsame_v1_MustLinkRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_MustLinkResponse__Output>): grpc.ClientUnaryCall;
  MustLink(argument: _selfsame_v1_MustLinkRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_MustLinkResponse__Output>): grpc.ClientUnaryCall;
  MustLink(argument: _selfsame_v1_MustLinkRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_MustLinkResponse__Output>): grpc.ClientUnaryCall;
  MustLink(argument: _selfsame_v1_MustLinkRequest, callback: grpc.requestCallback<_selfsame_v1_MustLinkResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Decides that two profiles are the same customer.
   */
  mustLink(argument: _selfsame_v1_MustLinkRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_MustLinkResponse__Output>): grpc.ClientUnaryCall;
  mustLink(argument: _selfsame_v1_MustLinkRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_MustLinkResponse__Output>): grpc.ClientUnaryCall;
  mustLink(argument: _selfsame_v1_MustLinkRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_MustLinkResponse__Output>): grpc.ClientUnaryCall;
  mustLink(argument: _selfsame_v1_MustLinkRequest, callback: grpc.requestCallback<_selfsame_v1_MustLinkResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Holds, releases or rejects a value, or all that a source delivered under one label. Held: it
   * counts for nothing until it is judged. Rejected: as if it had never been there; a rejected
   * delivery is taken back as a whole, also what arrives of it later. Released: it counts again.
   * The merge-storm breaker holds by itself what joins abnormally much. A source stands for all that it
   * sends, a rule for the pairs that the values, anchors or devices of a namespace propose.
   */
  OrderEvidence(argument: _selfsame_v1_OrderEvidenceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_OrderEvidenceResponse__Output>): grpc.ClientUnaryCall;
  OrderEvidence(argument: _selfsame_v1_OrderEvidenceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_OrderEvidenceResponse__Output>): grpc.ClientUnaryCall;
  OrderEvidence(argument: _selfsame_v1_OrderEvidenceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_OrderEvidenceResponse__Output>): grpc.ClientUnaryCall;
  OrderEvidence(argument: _selfsame_v1_OrderEvidenceRequest, callback: grpc.requestCallback<_selfsame_v1_OrderEvidenceResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Holds, releases or rejects a value, or all that a source delivered under one label. Held: it
   * counts for nothing until it is judged. Rejected: as if it had never been there; a rejected
   * delivery is taken back as a whole, also what arrives of it later. Released: it counts again.
   * The merge-storm breaker holds by itself what joins abnormally much. A source stands for all that it
   * sends, a rule for the pairs that the values, anchors or devices of a namespace propose.
   */
  orderEvidence(argument: _selfsame_v1_OrderEvidenceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_OrderEvidenceResponse__Output>): grpc.ClientUnaryCall;
  orderEvidence(argument: _selfsame_v1_OrderEvidenceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_OrderEvidenceResponse__Output>): grpc.ClientUnaryCall;
  orderEvidence(argument: _selfsame_v1_OrderEvidenceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_OrderEvidenceResponse__Output>): grpc.ClientUnaryCall;
  orderEvidence(argument: _selfsame_v1_OrderEvidenceRequest, callback: grpc.requestCallback<_selfsame_v1_OrderEvidenceResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Takes a decision back, or, with `withdrawn`, lets it count again.
   */
  RetractDecision(argument: _selfsame_v1_RetractDecisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_RetractDecisionResponse__Output>): grpc.ClientUnaryCall;
  RetractDecision(argument: _selfsame_v1_RetractDecisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_RetractDecisionResponse__Output>): grpc.ClientUnaryCall;
  RetractDecision(argument: _selfsame_v1_RetractDecisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_RetractDecisionResponse__Output>): grpc.ClientUnaryCall;
  RetractDecision(argument: _selfsame_v1_RetractDecisionRequest, callback: grpc.requestCallback<_selfsame_v1_RetractDecisionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Takes a decision back, or, with `withdrawn`, lets it count again.
   */
  retractDecision(argument: _selfsame_v1_RetractDecisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_RetractDecisionResponse__Output>): grpc.ClientUnaryCall;
  retractDecision(argument: _selfsame_v1_RetractDecisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_RetractDecisionResponse__Output>): grpc.ClientUnaryCall;
  retractDecision(argument: _selfsame_v1_RetractDecisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_RetractDecisionResponse__Output>): grpc.ClientUnaryCall;
  retractDecision(argument: _selfsame_v1_RetractDecisionRequest, callback: grpc.requestCallback<_selfsame_v1_RetractDecisionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Takes one identifier off one profile, or, with `withdrawn`, lets it count again.
   */
  RetractIdentifier(argument: _selfsame_v1_RetractIdentifierRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_RetractIdentifierResponse__Output>): grpc.ClientUnaryCall;
  RetractIdentifier(argument: _selfsame_v1_RetractIdentifierRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_RetractIdentifierResponse__Output>): grpc.ClientUnaryCall;
  RetractIdentifier(argument: _selfsame_v1_RetractIdentifierRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_RetractIdentifierResponse__Output>): grpc.ClientUnaryCall;
  RetractIdentifier(argument: _selfsame_v1_RetractIdentifierRequest, callback: grpc.requestCallback<_selfsame_v1_RetractIdentifierResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Takes one identifier off one profile, or, with `withdrawn`, lets it count again.
   */
  retractIdentifier(argument: _selfsame_v1_RetractIdentifierRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_RetractIdentifierResponse__Output>): grpc.ClientUnaryCall;
  retractIdentifier(argument: _selfsame_v1_RetractIdentifierRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_RetractIdentifierResponse__Output>): grpc.ClientUnaryCall;
  retractIdentifier(argument: _selfsame_v1_RetractIdentifierRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_RetractIdentifierResponse__Output>): grpc.ClientUnaryCall;
  retractIdentifier(argument: _selfsame_v1_RetractIdentifierRequest, callback: grpc.requestCallback<_selfsame_v1_RetractIdentifierResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Takes an interaction out of all evidence, or, with `withdrawn`, lets it count again.
   */
  RetractInteraction(argument: _selfsame_v1_RetractInteractionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_RetractInteractionResponse__Output>): grpc.ClientUnaryCall;
  RetractInteraction(argument: _selfsame_v1_RetractInteractionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_RetractInteractionResponse__Output>): grpc.ClientUnaryCall;
  RetractInteraction(argument: _selfsame_v1_RetractInteractionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_RetractInteractionResponse__Output>): grpc.ClientUnaryCall;
  RetractInteraction(argument: _selfsame_v1_RetractInteractionRequest, callback: grpc.requestCallback<_selfsame_v1_RetractInteractionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Takes an interaction out of all evidence, or, with `withdrawn`, lets it count again.
   */
  retractInteraction(argument: _selfsame_v1_RetractInteractionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_RetractInteractionResponse__Output>): grpc.ClientUnaryCall;
  retractInteraction(argument: _selfsame_v1_RetractInteractionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_RetractInteractionResponse__Output>): grpc.ClientUnaryCall;
  retractInteraction(argument: _selfsame_v1_RetractInteractionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_RetractInteractionResponse__Output>): grpc.ClientUnaryCall;
  retractInteraction(argument: _selfsame_v1_RetractInteractionRequest, callback: grpc.requestCallback<_selfsame_v1_RetractInteractionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Decides that groups of profiles are different customers.
   */
  SplitCustomer(argument: _selfsame_v1_SplitCustomerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_SplitCustomerResponse__Output>): grpc.ClientUnaryCall;
  SplitCustomer(argument: _selfsame_v1_SplitCustomerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_SplitCustomerResponse__Output>): grpc.ClientUnaryCall;
  SplitCustomer(argument: _selfsame_v1_SplitCustomerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_SplitCustomerResponse__Output>): grpc.ClientUnaryCall;
  SplitCustomer(argument: _selfsame_v1_SplitCustomerRequest, callback: grpc.requestCallback<_selfsame_v1_SplitCustomerResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Decides that groups of profiles are different customers.
   */
  splitCustomer(argument: _selfsame_v1_SplitCustomerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_SplitCustomerResponse__Output>): grpc.ClientUnaryCall;
  splitCustomer(argument: _selfsame_v1_SplitCustomerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_SplitCustomerResponse__Output>): grpc.ClientUnaryCall;
  splitCustomer(argument: _selfsame_v1_SplitCustomerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_SplitCustomerResponse__Output>): grpc.ClientUnaryCall;
  splitCustomer(argument: _selfsame_v1_SplitCustomerRequest, callback: grpc.requestCallback<_selfsame_v1_SplitCustomerResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Records decisions of stewards and takes evidence back. Decisions are evidence: they can always be
 * taken back, and survive reprocessing. All methods are safe to repeat with the same request_id and
 * decided_at; without decided_at a gateway remembers the time of a request_id for ten minutes.
 */
export interface StewardServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Finds the floor whose pairs really have the probability asked for, from decisions on uncertain
   * pairs; with `propose`, makes a candidate version of them (see RulesService). Nothing is
   * activated. FAILED_PRECONDITION with fewer than 50 decisions, or fewer than 5 of a verdict.
   */
  CalibrateThresholds: grpc.handleUnaryCall<_selfsame_v1_CalibrateThresholdsRequest__Output, _selfsame_v1_CalibrateThresholdsResponse>;
  
  /**
   * Decides that two profiles are never the same customer; outweighs must-links, unless they are
   * later and on the same pair.
   */
  CannotLink: grpc.handleUnaryCall<_selfsame_v1_CannotLinkRequest__Output, _selfsame_v1_CannotLinkResponse>;
  
  /**
   * Decides pairs, given by name or by a filter of open pairs. Each gets a decision of its own, to be
   * taken back by itself; a repeat with the same request_id and decided_at changes nothing.
   */
  DecideReviews: grpc.handleUnaryCall<_selfsame_v1_DecideReviewsRequest__Output, _selfsame_v1_DecideReviewsResponse>;
  
  /**
   * Compares the certainty of pairs with what stewards decided of them.
   */
  GetReliability: grpc.handleUnaryCall<_selfsame_v1_GetReliabilityRequest__Output, _selfsame_v1_GetReliabilityResponse>;
  
  /**
   * Lists must-links that contradict other decisions or the limits.
   */
  ListConflicts: grpc.handleUnaryCall<_selfsame_v1_ListConflictsRequest__Output, _selfsame_v1_ListConflictsResponse>;
  
  /**
   * Lists decisions, the latest first: who, when, why, and whether they count.
   */
  ListDecisions: grpc.handleUnaryCall<_selfsame_v1_ListDecisionsRequest__Output, _selfsame_v1_ListDecisionsResponse>;
  
  /**
   * Lists orders, the latest first: what is held, for a steward to judge, and what was rejected.
   */
  ListOrders: grpc.handleUnaryCall<_selfsame_v1_ListOrdersRequest__Output, _selfsame_v1_ListOrdersResponse>;
  
  /**
   * Lists pairs of profiles that are open to a decision, the most valuable first: too uncertain to
   * join, or joined by the evidence and refused by a rule. A decided pair leaves the list.
   */
  ListReviews: grpc.handleUnaryCall<_selfsame_v1_ListReviewsRequest__Output, _selfsame_v1_ListReviewsResponse>;
  
  /**
   * Decides that two customers are one: a must-link of their founding profiles.
   */
  MergeCustomers: grpc.handleUnaryCall<_selfsame_v1_MergeCustomersRequest__Output, _selfsame_v1_MergeCustomersResponse>;
  
  /**
   * Decides that two profiles are the same customer.
   */
  MustLink: grpc.handleUnaryCall<_selfsame_v1_MustLinkRequest__Output, _selfsame_v1_MustLinkResponse>;
  
  /**
   * Holds, releases or rejects a value, or all that a source delivered under one label. Held: it
   * counts for nothing until it is judged. Rejected: as if it had never been there; a rejected
   * delivery is taken back as a whole, also what arrives of it later. Released: it counts again.
   * The merge-storm breaker holds by itself what joins abnormally much. A source stands for all that it
   * sends, a rule for the pairs that the values, anchors or devices of a namespace propose.
   */
  OrderEvidence: grpc.handleUnaryCall<_selfsame_v1_OrderEvidenceRequest__Output, _selfsame_v1_OrderEvidenceResponse>;
  
  /**
   * Takes a decision back, or, with `withdrawn`, lets it count again.
   */
  RetractDecision: grpc.handleUnaryCall<_selfsame_v1_RetractDecisionRequest__Output, _selfsame_v1_RetractDecisionResponse>;
  
  /**
   * Takes one identifier off one profile, or, with `withdrawn`, lets it count again.
   */
  RetractIdentifier: grpc.handleUnaryCall<_selfsame_v1_RetractIdentifierRequest__Output, _selfsame_v1_RetractIdentifierResponse>;
  
  /**
   * Takes an interaction out of all evidence, or, with `withdrawn`, lets it count again.
   */
  RetractInteraction: grpc.handleUnaryCall<_selfsame_v1_RetractInteractionRequest__Output, _selfsame_v1_RetractInteractionResponse>;
  
  /**
   * Decides that groups of profiles are different customers.
   */
  SplitCustomer: grpc.handleUnaryCall<_selfsame_v1_SplitCustomerRequest__Output, _selfsame_v1_SplitCustomerResponse>;
  
}

export interface StewardServiceDefinition extends grpc.ServiceDefinition {
  CalibrateThresholds: MethodDefinition<_selfsame_v1_CalibrateThresholdsRequest, _selfsame_v1_CalibrateThresholdsResponse, _selfsame_v1_CalibrateThresholdsRequest__Output, _selfsame_v1_CalibrateThresholdsResponse__Output>
  CannotLink: MethodDefinition<_selfsame_v1_CannotLinkRequest, _selfsame_v1_CannotLinkResponse, _selfsame_v1_CannotLinkRequest__Output, _selfsame_v1_CannotLinkResponse__Output>
  DecideReviews: MethodDefinition<_selfsame_v1_DecideReviewsRequest, _selfsame_v1_DecideReviewsResponse, _selfsame_v1_DecideReviewsRequest__Output, _selfsame_v1_DecideReviewsResponse__Output>
  GetReliability: MethodDefinition<_selfsame_v1_GetReliabilityRequest, _selfsame_v1_GetReliabilityResponse, _selfsame_v1_GetReliabilityRequest__Output, _selfsame_v1_GetReliabilityResponse__Output>
  ListConflicts: MethodDefinition<_selfsame_v1_ListConflictsRequest, _selfsame_v1_ListConflictsResponse, _selfsame_v1_ListConflictsRequest__Output, _selfsame_v1_ListConflictsResponse__Output>
  ListDecisions: MethodDefinition<_selfsame_v1_ListDecisionsRequest, _selfsame_v1_ListDecisionsResponse, _selfsame_v1_ListDecisionsRequest__Output, _selfsame_v1_ListDecisionsResponse__Output>
  ListOrders: MethodDefinition<_selfsame_v1_ListOrdersRequest, _selfsame_v1_ListOrdersResponse, _selfsame_v1_ListOrdersRequest__Output, _selfsame_v1_ListOrdersResponse__Output>
  ListReviews: MethodDefinition<_selfsame_v1_ListReviewsRequest, _selfsame_v1_ListReviewsResponse, _selfsame_v1_ListReviewsRequest__Output, _selfsame_v1_ListReviewsResponse__Output>
  MergeCustomers: MethodDefinition<_selfsame_v1_MergeCustomersRequest, _selfsame_v1_MergeCustomersResponse, _selfsame_v1_MergeCustomersRequest__Output, _selfsame_v1_MergeCustomersResponse__Output>
  MustLink: MethodDefinition<_selfsame_v1_MustLinkRequest, _selfsame_v1_MustLinkResponse, _selfsame_v1_MustLinkRequest__Output, _selfsame_v1_MustLinkResponse__Output>
  OrderEvidence: MethodDefinition<_selfsame_v1_OrderEvidenceRequest, _selfsame_v1_OrderEvidenceResponse, _selfsame_v1_OrderEvidenceRequest__Output, _selfsame_v1_OrderEvidenceResponse__Output>
  RetractDecision: MethodDefinition<_selfsame_v1_RetractDecisionRequest, _selfsame_v1_RetractDecisionResponse, _selfsame_v1_RetractDecisionRequest__Output, _selfsame_v1_RetractDecisionResponse__Output>
  RetractIdentifier: MethodDefinition<_selfsame_v1_RetractIdentifierRequest, _selfsame_v1_RetractIdentifierResponse, _selfsame_v1_RetractIdentifierRequest__Output, _selfsame_v1_RetractIdentifierResponse__Output>
  RetractInteraction: MethodDefinition<_selfsame_v1_RetractInteractionRequest, _selfsame_v1_RetractInteractionResponse, _selfsame_v1_RetractInteractionRequest__Output, _selfsame_v1_RetractInteractionResponse__Output>
  SplitCustomer: MethodDefinition<_selfsame_v1_SplitCustomerRequest, _selfsame_v1_SplitCustomerResponse, _selfsame_v1_SplitCustomerRequest__Output, _selfsame_v1_SplitCustomerResponse__Output>
}
