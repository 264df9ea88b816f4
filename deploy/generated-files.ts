/** Paths of generated files, from the package's folder, and what must be in them. */
import { natsAccountsConfig } from '../shared/cluster/nats-permissions.ts';
import { alertmanagerConfig } from './alerts/alertmanager.ts';
import { prometheusRule, ruleFile } from './alerts/rule-file.ts';
import { DASHBOARDS, dashboardJson } from './dashboards/dashboard-json.ts';
import { metricTable } from './metrics/catalogue.ts';

/** What SELFSAME_PREFIX is by default, without tenants. */
const CLUSTER = { tenant: '', prefix: 'selfsame' };

export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['deploy/metrics/README.md', metricTable()],
    ['deploy/alerts/selfsame-rules.yaml', ruleFile()],
    ['deploy/alerts/prometheus-rule.yaml', prometheusRule()],
    ['deploy/alerts/alertmanager.yml', alertmanagerConfig()],
    ['deploy/nats/accounts.conf', natsAccountsConfig([CLUSTER])],
    [
      'k8s/components/nats-users/accounts.conf',
      natsAccountsConfig([CLUSTER], '../nats-passwords/passwords.conf'),
    ],
    ...DASHBOARDS.map(
      (spec) => [`deploy/dashboards/${spec.uid}.json`, dashboardJson(spec)] as const,
    ),
  ]);
}
