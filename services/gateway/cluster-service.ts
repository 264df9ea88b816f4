/** ClusterService: state of the cluster, and waiting for it to settle. */
import type { ClusterServiceHandlers } from '../../shared/grpc/generated/selfsame/v1/ClusterService.ts';
import { statusToWire } from '../../shared/grpc/map-status.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import type { RpcsOf } from './rpc.ts';

export function clusterRpcs(cluster: Cluster): RpcsOf<ClusterServiceHandlers> {
  return {
    GetClusterStatus: {
      kind: 'unary',
      handle: async (_request, { deadlineMs, signal }) =>
        statusToWire(await cluster.status({ deadlineMs, signal })),
    },
    AwaitSettlement: {
      kind: 'unary',
      handle: async (_request, { deadlineMs, signal }) => {
        await cluster.settle({ deadlineMs, signal });
        return {};
      },
    },
  };
}
