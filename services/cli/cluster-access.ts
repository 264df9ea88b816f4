/**
 * How the commands come by a cluster outside of tests. Loaded when asked: gRPC and LMDB cost a
 * fifth of a second, which `--help` need not pay.
 */
import type { ClusterAccess } from './context.ts';

export const clusterAccess: ClusterAccess = {
  async connect(target, files) {
    const [{ connect }, { clientSecurity }] = await Promise.all([
      import('../../shared/grpc/client.ts'),
      import('../../shared/grpc/client-files.ts'),
    ]);
    return connect(target, clientSecurity(target, files));
  },
  async openEmbedded({ dataDir, rulesPath, partitions }) {
    const [{ openEmbeddedCluster }, { loadRules }, { standardRules }] = await Promise.all([
      import('../../shared/engine/embedded-cluster.ts'),
      import('./load-config.ts'),
      import('../../shared/ingress/rules-file.ts'),
    ]);
    return openEmbeddedCluster({
      dataDir,
      // Without a file existing data goes on with its own version.
      ...(rulesPath === null
        ? { rulesOfNewData: standardRules() }
        : { rules: loadRules(rulesPath) }),
      ...(partitions === null ? {} : { partitions }),
    });
  },
};
