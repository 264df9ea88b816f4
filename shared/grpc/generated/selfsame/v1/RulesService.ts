// Original file: selfsame/v1/rules_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ActivateVersionRequest as _selfsame_v1_ActivateVersionRequest, ActivateVersionRequest__Output as _selfsame_v1_ActivateVersionRequest__Output } from '../../selfsame/v1/ActivateVersionRequest.ts';
import type { ActivateVersionResponse as _selfsame_v1_ActivateVersionResponse, ActivateVersionResponse__Output as _selfsame_v1_ActivateVersionResponse__Output } from '../../selfsame/v1/ActivateVersionResponse.ts';
import type { DropVersionRequest as _selfsame_v1_DropVersionRequest, DropVersionRequest__Output as _selfsame_v1_DropVersionRequest__Output } from '../../selfsame/v1/DropVersionRequest.ts';
import type { DropVersionResponse as _selfsame_v1_DropVersionResponse, DropVersionResponse__Output as _selfsame_v1_DropVersionResponse__Output } from '../../selfsame/v1/DropVersionResponse.ts';
import type { GetModelRequest as _selfsame_v1_GetModelRequest, GetModelRequest__Output as _selfsame_v1_GetModelRequest__Output } from '../../selfsame/v1/GetModelRequest.ts';
import type { GetModelResponse as _selfsame_v1_GetModelResponse, GetModelResponse__Output as _selfsame_v1_GetModelResponse__Output } from '../../selfsame/v1/GetModelResponse.ts';
import type { GetVersionReportRequest as _selfsame_v1_GetVersionReportRequest, GetVersionReportRequest__Output as _selfsame_v1_GetVersionReportRequest__Output } from '../../selfsame/v1/GetVersionReportRequest.ts';
import type { GetVersionReportResponse as _selfsame_v1_GetVersionReportResponse, GetVersionReportResponse__Output as _selfsame_v1_GetVersionReportResponse__Output } from '../../selfsame/v1/GetVersionReportResponse.ts';
import type { GetVersionsRequest as _selfsame_v1_GetVersionsRequest, GetVersionsRequest__Output as _selfsame_v1_GetVersionsRequest__Output } from '../../selfsame/v1/GetVersionsRequest.ts';
import type { GetVersionsResponse as _selfsame_v1_GetVersionsResponse, GetVersionsResponse__Output as _selfsame_v1_GetVersionsResponse__Output } from '../../selfsame/v1/GetVersionsResponse.ts';
import type { ProposeVersionRequest as _selfsame_v1_ProposeVersionRequest, ProposeVersionRequest__Output as _selfsame_v1_ProposeVersionRequest__Output } from '../../selfsame/v1/ProposeVersionRequest.ts';
import type { ProposeVersionResponse as _selfsame_v1_ProposeVersionResponse, ProposeVersionResponse__Output as _selfsame_v1_ProposeVersionResponse__Output } from '../../selfsame/v1/ProposeVersionResponse.ts';

/**
 * Tries a rules version beside the live one, tells what it would change, and activates or drops it.
 * 
 * A candidate is built in a shadow generation from everything the cluster holds, and kept up to
 * date; the live version answers meanwhile. One candidate at a time.
 */
export interface RulesServiceClient extends grpc.Client {
  /**
   * Makes the candidate live. The change feed tells every customer that becomes another.
   * FAILED_PRECONDITION while it is still being built; repeating the call is no error.
   */
  ActivateVersion(argument: _selfsame_v1_ActivateVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ActivateVersionResponse__Output>): grpc.ClientUnaryCall;
  ActivateVersion(argument: _selfsame_v1_ActivateVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ActivateVersionResponse__Output>): grpc.ClientUnaryCall;
  ActivateVersion(argument: _selfsame_v1_ActivateVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ActivateVersionResponse__Output>): grpc.ClientUnaryCall;
  ActivateVersion(argument: _selfsame_v1_ActivateVersionRequest, callback: grpc.requestCallback<_selfsame_v1_ActivateVersionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Makes the candidate live. The change feed tells every customer that becomes another.
   * FAILED_PRECONDITION while it is still being built; repeating the call is no error.
   */
  activateVersion(argument: _selfsame_v1_ActivateVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ActivateVersionResponse__Output>): grpc.ClientUnaryCall;
  activateVersion(argument: _selfsame_v1_ActivateVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ActivateVersionResponse__Output>): grpc.ClientUnaryCall;
  activateVersion(argument: _selfsame_v1_ActivateVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ActivateVersionResponse__Output>): grpc.ClientUnaryCall;
  activateVersion(argument: _selfsame_v1_ActivateVersionRequest, callback: grpc.requestCallback<_selfsame_v1_ActivateVersionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Removes the candidate, of which nothing stays. Repeating the call is no error.
   */
  DropVersion(argument: _selfsame_v1_DropVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_DropVersionResponse__Output>): grpc.ClientUnaryCall;
  DropVersion(argument: _selfsame_v1_DropVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_DropVersionResponse__Output>): grpc.ClientUnaryCall;
  DropVersion(argument: _selfsame_v1_DropVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_DropVersionResponse__Output>): grpc.ClientUnaryCall;
  DropVersion(argument: _selfsame_v1_DropVersionRequest, callback: grpc.requestCallback<_selfsame_v1_DropVersionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Removes the candidate, of which nothing stays. Repeating the call is no error.
   */
  dropVersion(argument: _selfsame_v1_DropVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_DropVersionResponse__Output>): grpc.ClientUnaryCall;
  dropVersion(argument: _selfsame_v1_DropVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_DropVersionResponse__Output>): grpc.ClientUnaryCall;
  dropVersion(argument: _selfsame_v1_DropVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_DropVersionResponse__Output>): grpc.ClientUnaryCall;
  dropVersion(argument: _selfsame_v1_DropVersionRequest, callback: grpc.requestCallback<_selfsame_v1_DropVersionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Gets the scoring model of the live version or of the candidate.
   */
  GetModel(argument: _selfsame_v1_GetModelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  GetModel(argument: _selfsame_v1_GetModelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  GetModel(argument: _selfsame_v1_GetModelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  GetModel(argument: _selfsame_v1_GetModelRequest, callback: grpc.requestCallback<_selfsame_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Gets the scoring model of the live version or of the candidate.
   */
  getModel(argument: _selfsame_v1_GetModelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  getModel(argument: _selfsame_v1_GetModelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  getModel(argument: _selfsame_v1_GetModelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  getModel(argument: _selfsame_v1_GetModelRequest, callback: grpc.requestCallback<_selfsame_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Compares the candidate with the live version as both are now. Reads everything, once or twice:
   * give it a long deadline. FAILED_PRECONDITION when there is no candidate.
   */
  GetVersionReport(argument: _selfsame_v1_GetVersionReportRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetVersionReportResponse__Output>): grpc.ClientUnaryCall;
  GetVersionReport(argument: _selfsame_v1_GetVersionReportRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_GetVersionReportResponse__Output>): grpc.ClientUnaryCall;
  GetVersionReport(argument: _selfsame_v1_GetVersionReportRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetVersionReportResponse__Output>): grpc.ClientUnaryCall;
  GetVersionReport(argument: _selfsame_v1_GetVersionReportRequest, callback: grpc.requestCallback<_selfsame_v1_GetVersionReportResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Compares the candidate with the live version as both are now. Reads everything, once or twice:
   * give it a long deadline. FAILED_PRECONDITION when there is no candidate.
   */
  getVersionReport(argument: _selfsame_v1_GetVersionReportRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetVersionReportResponse__Output>): grpc.ClientUnaryCall;
  getVersionReport(argument: _selfsame_v1_GetVersionReportRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_GetVersionReportResponse__Output>): grpc.ClientUnaryCall;
  getVersionReport(argument: _selfsame_v1_GetVersionReportRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetVersionReportResponse__Output>): grpc.ClientUnaryCall;
  getVersionReport(argument: _selfsame_v1_GetVersionReportRequest, callback: grpc.requestCallback<_selfsame_v1_GetVersionReportResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Gets the live version, the candidate and how far it is built.
   */
  GetVersions(argument: _selfsame_v1_GetVersionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetVersionsResponse__Output>): grpc.ClientUnaryCall;
  GetVersions(argument: _selfsame_v1_GetVersionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_GetVersionsResponse__Output>): grpc.ClientUnaryCall;
  GetVersions(argument: _selfsame_v1_GetVersionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetVersionsResponse__Output>): grpc.ClientUnaryCall;
  GetVersions(argument: _selfsame_v1_GetVersionsRequest, callback: grpc.requestCallback<_selfsame_v1_GetVersionsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Gets the live version, the candidate and how far it is built.
   */
  getVersions(argument: _selfsame_v1_GetVersionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetVersionsResponse__Output>): grpc.ClientUnaryCall;
  getVersions(argument: _selfsame_v1_GetVersionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_GetVersionsResponse__Output>): grpc.ClientUnaryCall;
  getVersions(argument: _selfsame_v1_GetVersionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_GetVersionsResponse__Output>): grpc.ClientUnaryCall;
  getVersions(argument: _selfsame_v1_GetVersionsRequest, callback: grpc.requestCallback<_selfsame_v1_GetVersionsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Begins to build a candidate. FAILED_PRECONDITION when another is being tried, when it is the
   * live version, or when it forgets a namespace; repeating the call is no error.
   */
  ProposeVersion(argument: _selfsame_v1_ProposeVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ProposeVersionResponse__Output>): grpc.ClientUnaryCall;
  ProposeVersion(argument: _selfsame_v1_ProposeVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ProposeVersionResponse__Output>): grpc.ClientUnaryCall;
  ProposeVersion(argument: _selfsame_v1_ProposeVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ProposeVersionResponse__Output>): grpc.ClientUnaryCall;
  ProposeVersion(argument: _selfsame_v1_ProposeVersionRequest, callback: grpc.requestCallback<_selfsame_v1_ProposeVersionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Begins to build a candidate. FAILED_PRECONDITION when another is being tried, when it is the
   * live version, or when it forgets a namespace; repeating the call is no error.
   */
  proposeVersion(argument: _selfsame_v1_ProposeVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ProposeVersionResponse__Output>): grpc.ClientUnaryCall;
  proposeVersion(argument: _selfsame_v1_ProposeVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_selfsame_v1_ProposeVersionResponse__Output>): grpc.ClientUnaryCall;
  proposeVersion(argument: _selfsame_v1_ProposeVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_selfsame_v1_ProposeVersionResponse__Output>): grpc.ClientUnaryCall;
  proposeVersion(argument: _selfsame_v1_ProposeVersionRequest, callback: grpc.requestCallback<_selfsame_v1_ProposeVersionResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Tries a rules version beside the live one, tells what it would change, and activates or drops it.
 * 
 * A candidate is built in a shadow generation from everything the cluster holds, and kept up to
 * date; the live version answers meanwhile. One candidate at a time.
 */
export interface RulesServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Makes the candidate live. The change feed tells every customer that becomes another.
   * FAILED_PRECONDITION while it is still being built; repeating the call is no error.
   */
  ActivateVersion: grpc.handleUnaryCall<_selfsame_v1_ActivateVersionRequest__Output, _selfsame_v1_ActivateVersionResponse>;
  
  /**
   * Removes the candidate, of which nothing stays. Repeating the call is no error.
   */
  DropVersion: grpc.handleUnaryCall<_selfsame_v1_DropVersionRequest__Output, _selfsame_v1_DropVersionResponse>;
  
  /**
   * Gets the scoring model of the live version or of the candidate.
   */
  GetModel: grpc.handleUnaryCall<_selfsame_v1_GetModelRequest__Output, _selfsame_v1_GetModelResponse>;
  
  /**
   * Compares the candidate with the live version as both are now. Reads everything, once or twice:
   * give it a long deadline. FAILED_PRECONDITION when there is no candidate.
   */
  GetVersionReport: grpc.handleUnaryCall<_selfsame_v1_GetVersionReportRequest__Output, _selfsame_v1_GetVersionReportResponse>;
  
  /**
   * Gets the live version, the candidate and how far it is built.
   */
  GetVersions: grpc.handleUnaryCall<_selfsame_v1_GetVersionsRequest__Output, _selfsame_v1_GetVersionsResponse>;
  
  /**
   * Begins to build a candidate. FAILED_PRECONDITION when another is being tried, when it is the
   * live version, or when it forgets a namespace; repeating the call is no error.
   */
  ProposeVersion: grpc.handleUnaryCall<_selfsame_v1_ProposeVersionRequest__Output, _selfsame_v1_ProposeVersionResponse>;
  
}

export interface RulesServiceDefinition extends grpc.ServiceDefinition {
  ActivateVersion: MethodDefinition<_selfsame_v1_ActivateVersionRequest, _selfsame_v1_ActivateVersionResponse, _selfsame_v1_ActivateVersionRequest__Output, _selfsame_v1_ActivateVersionResponse__Output>
  DropVersion: MethodDefinition<_selfsame_v1_DropVersionRequest, _selfsame_v1_DropVersionResponse, _selfsame_v1_DropVersionRequest__Output, _selfsame_v1_DropVersionResponse__Output>
  GetModel: MethodDefinition<_selfsame_v1_GetModelRequest, _selfsame_v1_GetModelResponse, _selfsame_v1_GetModelRequest__Output, _selfsame_v1_GetModelResponse__Output>
  GetVersionReport: MethodDefinition<_selfsame_v1_GetVersionReportRequest, _selfsame_v1_GetVersionReportResponse, _selfsame_v1_GetVersionReportRequest__Output, _selfsame_v1_GetVersionReportResponse__Output>
  GetVersions: MethodDefinition<_selfsame_v1_GetVersionsRequest, _selfsame_v1_GetVersionsResponse, _selfsame_v1_GetVersionsRequest__Output, _selfsame_v1_GetVersionsResponse__Output>
  ProposeVersion: MethodDefinition<_selfsame_v1_ProposeVersionRequest, _selfsame_v1_ProposeVersionResponse, _selfsame_v1_ProposeVersionRequest__Output, _selfsame_v1_ProposeVersionResponse__Output>
}
