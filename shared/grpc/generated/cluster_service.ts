import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AwaitSettlementRequest as _selfsame_v1_AwaitSettlementRequest, AwaitSettlementRequest__Output as _selfsame_v1_AwaitSettlementRequest__Output } from './selfsame/v1/AwaitSettlementRequest.ts';
import type { AwaitSettlementResponse as _selfsame_v1_AwaitSettlementResponse, AwaitSettlementResponse__Output as _selfsame_v1_AwaitSettlementResponse__Output } from './selfsame/v1/AwaitSettlementResponse.ts';
import type { ClusterServiceClient as _selfsame_v1_ClusterServiceClient, ClusterServiceDefinition as _selfsame_v1_ClusterServiceDefinition } from './selfsame/v1/ClusterService.ts';
import type { GetClusterStatusRequest as _selfsame_v1_GetClusterStatusRequest, GetClusterStatusRequest__Output as _selfsame_v1_GetClusterStatusRequest__Output } from './selfsame/v1/GetClusterStatusRequest.ts';
import type { GetClusterStatusResponse as _selfsame_v1_GetClusterStatusResponse, GetClusterStatusResponse__Output as _selfsame_v1_GetClusterStatusResponse__Output } from './selfsame/v1/GetClusterStatusResponse.ts';
import type { PartitionStatus as _selfsame_v1_PartitionStatus, PartitionStatus__Output as _selfsame_v1_PartitionStatus__Output } from './selfsame/v1/PartitionStatus.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  selfsame: {
    v1: {
      AwaitSettlementRequest: MessageTypeDefinition<_selfsame_v1_AwaitSettlementRequest, _selfsame_v1_AwaitSettlementRequest__Output>
      AwaitSettlementResponse: MessageTypeDefinition<_selfsame_v1_AwaitSettlementResponse, _selfsame_v1_AwaitSettlementResponse__Output>
      ClusterMode: EnumTypeDefinition
      /**
       * Tells how the cluster is doing.
       */
      ClusterService: SubtypeConstructor<typeof grpc.Client, _selfsame_v1_ClusterServiceClient> & { service: _selfsame_v1_ClusterServiceDefinition }
      GetClusterStatusRequest: MessageTypeDefinition<_selfsame_v1_GetClusterStatusRequest, _selfsame_v1_GetClusterStatusRequest__Output>
      GetClusterStatusResponse: MessageTypeDefinition<_selfsame_v1_GetClusterStatusResponse, _selfsame_v1_GetClusterStatusResponse__Output>
      PartitionState: EnumTypeDefinition
      PartitionStatus: MessageTypeDefinition<_selfsame_v1_PartitionStatus, _selfsame_v1_PartitionStatus__Output>
    }
  }
}

