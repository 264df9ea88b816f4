/**
 * Goal: two tenants share one nats-server and one gateway and nothing else, and every service does
 * its whole work with the permissions of its own user. Method: real processes under the generated
 * configuration of nats-server, which lets in nobody without a certificate, started once; ingest, look-ups, placement, a lost disk, another
 * version of the rules; tenants fuzzed through the Python client; then each user tries what is not
 * its own. The cases are in tenant-isolation.ts, tenant-permissions.ts and tenant-secrets.ts.
 */
import { afterAll, beforeAll } from 'vitest';
import { describeWithNats } from '../support/describe-with-nats.ts';
import { TenantCluster } from '../support/tenant-cluster.ts';
import { isolationOfTenants, quotasOfTenants } from './tenant-isolation.ts';
import { permissionsOfUsers, permissionsSuffice } from './tenant-permissions.ts';
import { rotationOfSecrets, secrecyOfSecrets } from './tenant-secrets.ts';

describeWithNats('two tenants on one NATS, each service with its own user', () => {
  let cluster: TenantCluster | null = null;
  const stage = (): TenantCluster => cluster as TenantCluster;

  beforeAll(async () => {
    cluster = await TenantCluster.start();
  }, 180_000);
  afterAll(() => cluster?.dispose());

  isolationOfTenants(stage);
  rotationOfSecrets(stage);
  // Before anybody tries more than it may.
  permissionsSuffice(stage);
  secrecyOfSecrets(stage);
  permissionsOfUsers(stage);
  quotasOfTenants(stage);
});
