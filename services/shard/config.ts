/** Configuration of the shard. */
import { type Environment, number, readSettings, text } from '../../shared/adapters/env-config.ts';
import { CLUSTER_SETTINGS } from '../../shared/cluster/settings.ts';

export const SHARD_SETTINGS = {
  ...CLUSTER_SETTINGS,
  index: number(
    'SELFSAME_SHARD_INDEX',
    0,
    [0, 4095],
    'Which of the shards this is: owns the partitions whose number has this remainder.',
  ),
  count: number('SELFSAME_SHARD_COUNT', 1, [1, 4096], 'How many shards there are.'),
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
  return readSettings(SHARD_SETTINGS, environment);
}
