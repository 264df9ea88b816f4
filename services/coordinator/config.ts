/** Configuration of the coordinator. */
import { type Environment, number, readSettings } from '../../shared/adapters/env-config.ts';
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
