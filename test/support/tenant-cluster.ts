/**
 * Two tenants on one nats-server and one gateway, and nothing else shared: real processes under the
 * generated configuration of nats-server, over TLS with client certificates, each with the permissions of its own user.
 */
import { writeFileSync } from 'node:fs';
import { connect as connectPlain, type NatsConnection } from 'nats';
import { inboxPrefix, type NatsUser, natsUserName } from '../../shared/cluster/nats-permissions.ts';
import { clientSecurity } from '../../shared/grpc/client-files.ts';
import { connect } from '../../shared/grpc/client.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { CertificateFolder, type Pair } from './certificates.ts';
import { ClusterProcesses } from './cluster-processes.ts';
import { type NatsUsers, natsUsers } from './nats-users.ts';
import { OtlpReceiver } from './otlp-receiver.ts';
import { AUDIENCE, ISSUER, TokenIssuer } from './token-issuer.ts';

export const TENANTS = ['acme', 'globex'] as const;
export type Tenant = (typeof TENANTS)[number];
const PREFIX = 'selfsame';
/** Tenant of each process; the gateway serves both. */
const TENANT_OF: Readonly<Record<string, Tenant>> = {
  'shard-0': 'acme',
  'shard-1': 'acme',
  'shard-2': 'globex',
  coordinator: 'acme',
  'coordinator-1': 'globex',
};

/** In every secret that these tests make up. */
export const MARK = 'Zq7uMarkedSecret';
interface Parts {
  readonly folder: CertificateFolder;
  readonly issuer: TokenIssuer;
  readonly users: NatsUsers;
  readonly processes: ClusterProcesses;
  readonly authority: Pair;
  /** Of the clients of the gateway. */
  readonly client: Pair;
  /** Of the services, as clients of NATS. */
  readonly service: Pair;
  readonly receiver: OtlpReceiver;
}

export class TenantCluster {
  readonly parts: Parts;
  readonly #clusters = new Map<Tenant, Cluster>();

  private constructor(parts: Parts) {
    this.parts = parts;
  }

  static async start(): Promise<TenantCluster> {
    const [folder, issuer] = [new CertificateFolder(), new TokenIssuer()];
    const authority = folder.authority('authority');
    const client = folder.issue('client', authority);
    const server = folder.issue('server', authority);
    await issuer.addKey('main');
    issuer.publish(folder.file('jwks.json'));
    const accounts = TENANTS.map((tenant) => ({ tenant, prefix: `${PREFIX}-t-${tenant}` }));
    const [nats, service] = [folder.issue('nats', authority), folder.issue('service', authority)];
    const tls =
      `tls { cert_file: "${nats.cert}", key_file: "${nats.key}", ` +
      `ca_file: "${authority.cert}", verify: true }`;
    const users = natsUsers(folder.file('nats'), accounts, `${MARK}-first`, tls);
    const receiver = await OtlpReceiver.start();
    const processes = await ClusterProcesses.start({
      partitions: 1,
      shards: 3,
      coordinators: 2,
      // Six processes start at once, also on a machine that does other things.
      readyMs: 150_000,
      placement: 'assigned',
      natsArgs: users.args,
      environment: {
        SELFSAME_NATS_CA: authority.cert,
        SELFSAME_NATS_CERT: service.cert,
        SELFSAME_NATS_KEY: service.key,
        // So few that snapshots are made, and a lost disk needs one.
        SELFSAME_SNAPSHOT_ENTRIES: '100',
        SELFSAME_KEPT_ENTRIES: '10',
        SELFSAME_RETIRE_MS: '2000',
        SELFSAME_STREAM_BYTES: String(16 * 2 ** 20),
        SELFSAME_AUDIT_BYTES: String(2 ** 20),
        SELFSAME_LOG_LEVEL: 'debug',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_TRACES_SAMPLER: 'always_on',
      },
      environmentOf: (name) => {
        const tenant = TENANT_OF[name];
        const user = name.split('-')[0] as NatsUser;
        const userFile = users.userFile(user, tenant ?? '{tenant}');
        if (tenant !== undefined) {
          return { SELFSAME_TENANT: tenant, SELFSAME_NATS_USER_FILE: userFile };
        }
        return {
          SELFSAME_NATS_USER_FILE: userFile,
          SELFSAME_TENANTS: TENANTS.join(','),
          SELFSAME_TLS_CERT: server.cert,
          SELFSAME_TLS_KEY: server.key,
          SELFSAME_TLS_CLIENT_CA: authority.cert,
          SELFSAME_AUTH_JWKS: folder.file('jwks.json'),
          SELFSAME_AUTH_ISSUER: ISSUER,
          SELFSAME_AUTH_AUDIENCE: AUDIENCE,
          SELFSAME_AUDIT_LOOK_UPS: 'references',
          SELFSAME_GATEWAY_HEARTBEAT_MS: '200',
        };
      },
    });
    const parts = { folder, issuer, users, processes, authority, client, service, receiver };
    const started = new TenantCluster(parts);
    for (const tenant of TENANTS) await started.#connect(tenant);
    return started;
  }

  /** A client of the gateway that may do everything of this tenant. */
  of(tenant: Tenant): Cluster {
    return this.#clusters.get(tenant) as Cluster;
  }

  /** Where NATS is, and a certificate that it lets in. */
  get natsAddress() {
    const { processes, authority, service } = this.parts;
    const tls = { caFile: authority.cert, certFile: service.cert, keyFile: service.key };
    return { servers: processes.nats.url, tls };
  }

  /** A plain connection as that user, and the errors that the server tells it of. */
  async as(
    user: NatsUser,
    tenant: Tenant,
  ): Promise<{ readonly connection: NatsConnection; readonly errors: readonly string[] }> {
    const { users } = this.parts;
    const connection = await connectPlain({
      ...this.natsAddress,
      user: natsUserName(user, tenant),
      pass: users.password(user, tenant),
      inboxPrefix: inboxPrefix(user),
    });
    const errors: string[] = [];
    void (async () => {
      for await (const status of connection.status()) errors.push(JSON.stringify(status));
    })();
    return { connection, errors };
  }

  async dispose(): Promise<void> {
    for (const cluster of this.#clusters.values()) await cluster.close();
    await this.parts.processes.dispose();
    this.parts.receiver.close();
    this.parts.folder.remove();
  }

  async #connect(tenant: Tenant): Promise<void> {
    const { folder, issuer, processes, authority, client } = this.parts;
    const scope = 'lookup ingest steward admin privacy';
    const token = folder.file(`token-${tenant}`);
    writeFileSync(token, await issuer.token({ scope, tenant, expiresIn: 3_000 }));
    const files = { ca: authority.cert, ...client, token };
    this.#clusters.set(tenant, connect(processes.target, clientSecurity(processes.target, files)));
  }
}
