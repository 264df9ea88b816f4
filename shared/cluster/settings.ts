/** Settings that all services of a NATS cluster share. */
import { join } from 'node:path';
import type { NatsConnection } from 'nats';
import { number, SettingError, text } from '../adapters/env-config.ts';
import { NatsSnapshots } from '../adapters/nats-snapshots.ts';
import { tenantPrefix } from './tenants.ts';
import { SnapshotDirectory, type SnapshotPlace } from '../adapters/snapshot-place.ts';

export const CLUSTER_SETTINGS = {
  natsUrl: text(
    'SELFSAME_NATS_URL',
    'nats://127.0.0.1:4222',
    'Address of nats-server 2.9 or later with JetStream; several by commas.',
  ),
  prefix: text(
    'SELFSAME_PREFIX',
    'selfsame',
    'First part of stream and subject names: one cluster each.',
  ),
  natsCa: text('SELFSAME_NATS_CA', '', 'File of the authorities (PEM) of NATS; turns TLS on.'),
  natsCert: text('SELFSAME_NATS_CERT', '', 'File of the certificate (PEM) shown to NATS.'),
  natsKey: text('SELFSAME_NATS_KEY', '', 'File of the private key (PEM) of that certificate.'),
  natsCreds: text('SELFSAME_NATS_CREDS', '', 'File of NATS credentials (.creds).'),
  natsNkey: text('SELFSAME_NATS_NKEY', '', 'File of an nkey seed for NATS.'),
  natsUserFile: text(
    'SELFSAME_NATS_USER_FILE',
    '',
    'File of user and password for NATS, as user:password in its first line. In names of files of credentials {tenant} stands for the tenant.',
  ),
  natsFilesPollMs: number(
    'SELFSAME_NATS_FILES_POLL_MS',
    5_000,
    [20, 3_600_000],
    'How often these files are read again; after a change the connection is made anew.',
  ),
  tenant: text(
    'SELFSAME_TENANT',
    '',
    'Tenant whose cluster this shard or coordinator belongs to (gateways: SELFSAME_TENANTS).',
  ),
  partitions: number(
    'SELFSAME_PARTITIONS',
    64,
    [1, 4096],
    'Partitions of a new cluster. Fixed afterwards: an existing cluster refuses another number.',
  ),
  desks: number(
    'SELFSAME_DESKS',
    2,
    [1, 64],
    'Partitions of the merge desk of a new cluster. Fixed afterwards.',
  ),
  rules: text(
    'SELFSAME_RULES',
    '',
    'Rules file (YAML) that a new cluster begins with. Default: the shipped shared/rules/standard.yaml.',
  ),
  idKey: text(
    'SELFSAME_ID_KEY',
    '',
    '32 hex digits that key customer ids. Default: made once and kept in the cluster agreement.',
  ),
  replicas: number(
    'SELFSAME_REPLICAS',
    1,
    [1, 5],
    'Replicas of each stream. 3 on a NATS cluster of three.',
  ),
  streamBytes: number(
    'SELFSAME_STREAM_BYTES',
    67_108_864,
    [1_048_576, 1_099_511_627_776],
    'Most bytes of one partition log; JetStream reserves them. Logs are trimmed well below.',
  ),
  auditDays: number(
    'SELFSAME_AUDIT_DAYS',
    400,
    [1, 3_650],
    'Days that audit records are kept, at most.',
  ),
  auditBytes: number(
    'SELFSAME_AUDIT_BYTES',
    268_435_456,
    [1_048_576, 1_099_511_627_776],
    'Most bytes of each of the two audit streams; the oldest records go first.',
  ),
  auditWaitingMax: number(
    'SELFSAME_AUDIT_WAITING_MAX',
    10_000,
    [100, 1_000_000],
    'Audit records that wait while their stream is out of reach; more are dropped and counted.',
  ),
  auditPatienceMs: number(
    'SELFSAME_AUDIT_PATIENCE_MS',
    2_000,
    [50, 30_000],
    'How long a privileged call waits for its audit record, before it is refused.',
  ),
  snapshotDir: text(
    'SELFSAME_SNAPSHOT_DIR',
    '',
    'Directory shared by all shards for snapshots of partitions, with SELFSAME_SNAPSHOTS=directory.',
  ),
  snapshots: text(
    'SELFSAME_SNAPSHOTS',
    '',
    'Where snapshots of partitions are kept: nats (its object store), directory (SELFSAME_SNAPSHOT_DIR) or none. Default: directory when one is given, else nats under assigned placement and none under static. Without any a lost data directory is replayed from the whole log, or lost with it.',
  ),
  snapshotEntries: number(
    'SELFSAME_SNAPSHOT_ENTRIES',
    100_000,
    [100, 100_000_000],
    'Log entries of a partition between two snapshots.',
  ),
  keptEntries: number(
    'SELFSAME_KEPT_ENTRIES',
    10_000,
    [10, 100_000_000],
    'Log entries kept behind the durable position, or behind the oldest snapshot.',
  ),
  retireMs: number(
    'SELFSAME_RETIRE_MS',
    60_000,
    [1000, 3_600_000],
    'How long the generation of a replaced rules version must be quiet before it is removed.',
  ),
  natsWaitMs: number(
    'SELFSAME_NATS_WAIT_MS',
    10_000,
    [0, 600_000],
    'How long a starting service waits for NATS before it gives up.',
  ),
  placement: text(
    'SELFSAME_PLACEMENT',
    'assigned',
    'assigned: the coordinators give partitions to the shards that are there, and move them. static: shard SELFSAME_SHARD_INDEX of SELFSAME_SHARD_COUNT, and the coordinators for the merge desk.',
  ),
  metricsHost: text(
    'SELFSAME_METRICS_HOST',
    '127.0.0.1',
    'Address of /metrics, /startupz, /readyz, /livez.',
  ),
  metricsPort: number('SELFSAME_METRICS_PORT', 0, [0, 65_535], 'Port of /metrics; 0: a free one.'),
  logLevel: text('SELFSAME_LOG_LEVEL', 'info', 'debug, info, warn, error or silent.'),
} as const;

/** Throws `SettingError`. */
export function assertPlacement(settings: PlacementSettings): void {
  const { placement, snapshotDir } = settings;
  if (placement !== 'assigned' && placement !== 'static') {
    throw new SettingError('SELFSAME_PLACEMENT must be assigned or static');
  }
  const snapshots = snapshotsOf(settings);
  if (snapshots !== 'nats' && snapshots !== 'directory' && snapshots !== 'none') {
    throw new SettingError('SELFSAME_SNAPSHOTS must be nats, directory or none');
  }
  if (snapshots === 'directory' && snapshotDir === '') {
    throw new SettingError('SELFSAME_SNAPSHOTS=directory needs SELFSAME_SNAPSHOT_DIR');
  }
  if (snapshots === 'none' && placement === 'assigned') {
    throw new SettingError('SELFSAME_PLACEMENT=assigned needs snapshots: SELFSAME_SNAPSHOTS=nats');
  }
}

interface PlacementSettings {
  readonly placement: string;
  readonly snapshots: string;
  readonly snapshotDir: string;
}

function snapshotsOf({ placement, snapshots, snapshotDir }: PlacementSettings): string {
  if (snapshots !== '') return snapshots;
  if (snapshotDir !== '') return 'directory';
  return placement === 'assigned' ? 'nats' : 'none';
}

/** Where the snapshots of each generation are kept; each tenant has a bucket or folder of its own. */
export function snapshotPlaces(
  settings: PlacementSettings & {
    readonly prefix: string;
    readonly tenant: string;
    readonly replicas: number;
  },
  connection: NatsConnection,
): (generation: number) => SnapshotPlace | null {
  const { replicas, tenant } = settings;
  const isWhole = tenant === '';
  const prefix = isWhole ? settings.prefix : tenantPrefix(settings.prefix, tenant);
  const snapshotDir = isWhole ? settings.snapshotDir : join(settings.snapshotDir, `t-${tenant}`);
  return (generation) => {
    switch (snapshotsOf(settings)) {
      case 'nats': {
        const suffix = generation === 1 ? '' : `-g${generation}`;
        return new NatsSnapshots(connection, `${prefix}-snapshots${suffix}`, replicas);
      }
      case 'directory': {
        const own = generation === 1 ? snapshotDir : join(snapshotDir, `g${generation}`);
        return new SnapshotDirectory(own);
      }
      default:
        return null;
    }
  };
}
