/** Configuration of the shard. */
import { hostname } from 'node:os';
import {
  type Environment,
  number,
  readSettings,
  SettingError,
  text,
} from '../../shared/adapters/env-config.ts';
import { assertPlacement, CLUSTER_SETTINGS } from '../../shared/cluster/settings.ts';

export const SHARD_SETTINGS = {
  ...CLUSTER_SETTINGS,
  name: text(
    'SELFSAME_SHARD_NAME',
    '',
    'Name of this shard in the assignment table, unlike all others, kept over restarts. Default: the host name.',
  ),
  drainMs: number(
    'SELFSAME_DRAIN_MS',
    20_000,
    [0, 600_000],
    'At SIGTERM: how long the partitions of this shard may take to be moved away before it ends.',
  ),
  index: number(
    'SELFSAME_SHARD_INDEX',
    0,
    [0, 4095],
    'Static placement: which of the shards this is; owns the partitions whose number has this remainder.',
  ),
  count: number(
    'SELFSAME_SHARD_COUNT',
    1,
    [1, 4096],
    'Static placement: how many shards there are.',
  ),
  dataDir: text(
    'SELFSAME_DATA_DIR',
    '.selfsame/shard',
    'Directory of the state; one process each.',
  ),
  maxActors: number(
    'SELFSAME_MAX_ACTORS',
    200_000,
    [1000, 100_000_000],
    'Most decoded actors kept in memory; about 2 KB each.',
  ),
} as const;

export function loadShardConfig(environment: Environment) {
  const settings = readSettings(SHARD_SETTINGS, environment);
  assertPlacement(settings);
  const name = settings.name === '' ? hostname() : settings.name;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) {
    throw new SettingError(
      'SELFSAME_SHARD_NAME must be 1 to 100 letters, digits, dots, dashes or underscores',
    );
  }
  return Object.freeze({ ...settings, name });
}
