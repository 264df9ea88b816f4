/** Configuration of the coordinator. */
import { type Environment, number, readSettings, text } from '../../shared/adapters/env-config.ts';
import { assertPlacement, CLUSTER_SETTINGS } from '../../shared/cluster/settings.ts';

export const COORDINATOR_SETTINGS = {
  ...CLUSTER_SETTINGS,
  index: number(
    'SELFSAME_COORDINATOR_INDEX',
    0,
    [0, 1023],
    'Static placement: which of the coordinators this is: owns the merge desks whose number has this remainder.',
  ),
  count: number(
    'SELFSAME_COORDINATOR_COUNT',
    1,
    [1, 1024],
    'Static placement: how many coordinators there are.',
  ),
  scalerHost: text(
    'SELFSAME_SCALER_HOST',
    '127.0.0.1',
    'Address on which the coordinator tells KEDA how many shards there should be; plaintext.',
  ),
  scalerPort: number('SELFSAME_SCALER_PORT', 0, [0, 65_535], 'Its port; 0: a free one.'),
  dataDir: {
    kind: 'text',
    env: 'SELFSAME_DATA_DIR',
    fallback: '.selfsame/coordinator',
    meaning: 'Static placement: directory of the merge desk state.',
  },
} as const;

export function loadCoordinatorConfig(environment: Environment) {
  const settings = readSettings(COORDINATOR_SETTINGS, environment);
  assertPlacement(settings);
  return settings;
}
