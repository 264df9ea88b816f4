import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { ActivateVersionRequest as _selfsame_v1_ActivateVersionRequest, ActivateVersionRequest__Output as _selfsame_v1_ActivateVersionRequest__Output } from './selfsame/v1/ActivateVersionRequest.ts';
import type { ActivateVersionResponse as _selfsame_v1_ActivateVersionResponse, ActivateVersionResponse__Output as _selfsame_v1_ActivateVersionResponse__Output } from './selfsame/v1/ActivateVersionResponse.ts';
import type { CandidateVersion as _selfsame_v1_CandidateVersion, CandidateVersion__Output as _selfsame_v1_CandidateVersion__Output } from './selfsame/v1/CandidateVersion.ts';
import type { ChangedCustomer as _selfsame_v1_ChangedCustomer, ChangedCustomer__Output as _selfsame_v1_ChangedCustomer__Output } from './selfsame/v1/ChangedCustomer.ts';
import type { CustomerPart as _selfsame_v1_CustomerPart, CustomerPart__Output as _selfsame_v1_CustomerPart__Output } from './selfsame/v1/CustomerPart.ts';
import type { DropVersionRequest as _selfsame_v1_DropVersionRequest, DropVersionRequest__Output as _selfsame_v1_DropVersionRequest__Output } from './selfsame/v1/DropVersionRequest.ts';
import type { DropVersionResponse as _selfsame_v1_DropVersionResponse, DropVersionResponse__Output as _selfsame_v1_DropVersionResponse__Output } from './selfsame/v1/DropVersionResponse.ts';
import type { GetModelRequest as _selfsame_v1_GetModelRequest, GetModelRequest__Output as _selfsame_v1_GetModelRequest__Output } from './selfsame/v1/GetModelRequest.ts';
import type { GetModelResponse as _selfsame_v1_GetModelResponse, GetModelResponse__Output as _selfsame_v1_GetModelResponse__Output } from './selfsame/v1/GetModelResponse.ts';
import type { GetVersionReportRequest as _selfsame_v1_GetVersionReportRequest, GetVersionReportRequest__Output as _selfsame_v1_GetVersionReportRequest__Output } from './selfsame/v1/GetVersionReportRequest.ts';
import type { GetVersionReportResponse as _selfsame_v1_GetVersionReportResponse, GetVersionReportResponse__Output as _selfsame_v1_GetVersionReportResponse__Output } from './selfsame/v1/GetVersionReportResponse.ts';
import type { GetVersionsRequest as _selfsame_v1_GetVersionsRequest, GetVersionsRequest__Output as _selfsame_v1_GetVersionsRequest__Output } from './selfsame/v1/GetVersionsRequest.ts';
import type { GetVersionsResponse as _selfsame_v1_GetVersionsResponse, GetVersionsResponse__Output as _selfsame_v1_GetVersionsResponse__Output } from './selfsame/v1/GetVersionsResponse.ts';
import type { Layout as _selfsame_v1_Layout, Layout__Output as _selfsame_v1_Layout__Output } from './selfsame/v1/Layout.ts';
import type { LayoutChange as _selfsame_v1_LayoutChange, LayoutChange__Output as _selfsame_v1_LayoutChange__Output } from './selfsame/v1/LayoutChange.ts';
import type { ModelComparison as _selfsame_v1_ModelComparison, ModelComparison__Output as _selfsame_v1_ModelComparison__Output } from './selfsame/v1/ModelComparison.ts';
import type { ModelFit as _selfsame_v1_ModelFit, ModelFit__Output as _selfsame_v1_ModelFit__Output } from './selfsame/v1/ModelFit.ts';
import type { ProposeVersionRequest as _selfsame_v1_ProposeVersionRequest, ProposeVersionRequest__Output as _selfsame_v1_ProposeVersionRequest__Output } from './selfsame/v1/ProposeVersionRequest.ts';
import type { ProposeVersionResponse as _selfsame_v1_ProposeVersionResponse, ProposeVersionResponse__Output as _selfsame_v1_ProposeVersionResponse__Output } from './selfsame/v1/ProposeVersionResponse.ts';
import type { RulesServiceClient as _selfsame_v1_RulesServiceClient, RulesServiceDefinition as _selfsame_v1_RulesServiceDefinition } from './selfsame/v1/RulesService.ts';
import type { SlotMove as _selfsame_v1_SlotMove, SlotMove__Output as _selfsame_v1_SlotMove__Output } from './selfsame/v1/SlotMove.ts';
import type { SlotRun as _selfsame_v1_SlotRun, SlotRun__Output as _selfsame_v1_SlotRun__Output } from './selfsame/v1/SlotRun.ts';
import type { VersionCounts as _selfsame_v1_VersionCounts, VersionCounts__Output as _selfsame_v1_VersionCounts__Output } from './selfsame/v1/VersionCounts.ts';
import type { VersionReport as _selfsame_v1_VersionReport, VersionReport__Output as _selfsame_v1_VersionReport__Output } from './selfsame/v1/VersionReport.ts';
import type { Versions as _selfsame_v1_Versions, Versions__Output as _selfsame_v1_Versions__Output } from './selfsame/v1/Versions.ts';

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
      ActivateVersionRequest: MessageTypeDefinition<_selfsame_v1_ActivateVersionRequest, _selfsame_v1_ActivateVersionRequest__Output>
      ActivateVersionResponse: MessageTypeDefinition<_selfsame_v1_ActivateVersionResponse, _selfsame_v1_ActivateVersionResponse__Output>
      CandidateVersion: MessageTypeDefinition<_selfsame_v1_CandidateVersion, _selfsame_v1_CandidateVersion__Output>
      ChangedCustomer: MessageTypeDefinition<_selfsame_v1_ChangedCustomer, _selfsame_v1_ChangedCustomer__Output>
      CustomerPart: MessageTypeDefinition<_selfsame_v1_CustomerPart, _selfsame_v1_CustomerPart__Output>
      DropVersionRequest: MessageTypeDefinition<_selfsame_v1_DropVersionRequest, _selfsame_v1_DropVersionRequest__Output>
      DropVersionResponse: MessageTypeDefinition<_selfsame_v1_DropVersionResponse, _selfsame_v1_DropVersionResponse__Output>
      GetModelRequest: MessageTypeDefinition<_selfsame_v1_GetModelRequest, _selfsame_v1_GetModelRequest__Output>
      GetModelResponse: MessageTypeDefinition<_selfsame_v1_GetModelResponse, _selfsame_v1_GetModelResponse__Output>
      GetVersionReportRequest: MessageTypeDefinition<_selfsame_v1_GetVersionReportRequest, _selfsame_v1_GetVersionReportRequest__Output>
      GetVersionReportResponse: MessageTypeDefinition<_selfsame_v1_GetVersionReportResponse, _selfsame_v1_GetVersionReportResponse__Output>
      GetVersionsRequest: MessageTypeDefinition<_selfsame_v1_GetVersionsRequest, _selfsame_v1_GetVersionsRequest__Output>
      GetVersionsResponse: MessageTypeDefinition<_selfsame_v1_GetVersionsResponse, _selfsame_v1_GetVersionsResponse__Output>
      Layout: MessageTypeDefinition<_selfsame_v1_Layout, _selfsame_v1_Layout__Output>
      LayoutChange: MessageTypeDefinition<_selfsame_v1_LayoutChange, _selfsame_v1_LayoutChange__Output>
      ModelComparison: MessageTypeDefinition<_selfsame_v1_ModelComparison, _selfsame_v1_ModelComparison__Output>
      ModelFit: MessageTypeDefinition<_selfsame_v1_ModelFit, _selfsame_v1_ModelFit__Output>
      ProposeVersionRequest: MessageTypeDefinition<_selfsame_v1_ProposeVersionRequest, _selfsame_v1_ProposeVersionRequest__Output>
      ProposeVersionResponse: MessageTypeDefinition<_selfsame_v1_ProposeVersionResponse, _selfsame_v1_ProposeVersionResponse__Output>
      /**
       * Tries a rules version beside the live one, tells what it would change, and activates or drops it.
       * 
       * A candidate is built in a shadow generation from everything the cluster holds, and kept up to
       * date; the live version answers meanwhile. One candidate at a time.
       */
      RulesService: SubtypeConstructor<typeof grpc.Client, _selfsame_v1_RulesServiceClient> & { service: _selfsame_v1_RulesServiceDefinition }
      SlotMove: MessageTypeDefinition<_selfsame_v1_SlotMove, _selfsame_v1_SlotMove__Output>
      SlotRun: MessageTypeDefinition<_selfsame_v1_SlotRun, _selfsame_v1_SlotRun__Output>
      VersionCounts: MessageTypeDefinition<_selfsame_v1_VersionCounts, _selfsame_v1_VersionCounts__Output>
      VersionReport: MessageTypeDefinition<_selfsame_v1_VersionReport, _selfsame_v1_VersionReport__Output>
      Versions: MessageTypeDefinition<_selfsame_v1_Versions, _selfsame_v1_Versions__Output>
    }
  }
}

