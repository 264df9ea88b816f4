/** Dashboards keep the linter's rules and ask only for what is exported; the linter finds what is wrong. */
import { describe, expect, test } from 'vitest';
import { DASHBOARDS, dashboardJson } from '../../deploy/dashboards/dashboard-json.ts';
import { PLACED_ONLY } from '../../deploy/dashboards/panel-spec.ts';
import { metricCatalogue, metricOfSeries } from '../../deploy/metrics/catalogue.ts';
import { ruleGroups } from '../../deploy/alerts/rule-file.ts';
import {
  type DashboardJson,
  type Finding,
  lintDashboard,
  substitute,
} from '../support/dashboard-linter.ts';
import { OF_PLACEMENT } from '../support/placement-metrics.ts';
import { readQuery } from '../support/promql.ts';

/** Series that no target has: job and instance mean nothing for them. */
const WITHOUT_TARGET = ['ALERTS', ...recordedNames()];

function recordedNames(): string[] {
  const rules = ruleGroups().flatMap((group) => group.rules);
  return rules.flatMap((rule) => ('record' in rule ? [rule.record] : []));
}

/** Exceptions of the linter, with the reason of each. */
function isExcluded({ rule, what }: Finding): boolean {
  // Recorded for the whole cluster, and alerts: they are of no single target.
  return (
    /^target-(job|instance)-rule$/.test(rule) && WITHOUT_TARGET.includes(what.split(' ')[0] ?? '')
  );
}

const parsed = DASHBOARDS.map((spec) => JSON.parse(dashboardJson(spec)) as DashboardJson);

describe('dashboards', () => {
  test.each(parsed)('$uid: nothing for the linter to find', (dashboard) => {
    expect(lintDashboard(dashboard, isExcluded)).toEqual([]);
  });

  test('every metric and label asked for is exported', () => {
    const catalogue = metricCatalogue();
    for (const panel of DASHBOARDS.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels))) {
      for (const { expression } of panel.targets) {
        const { series, groupings } = readQuery(substitute(expression, '5m'));
        const known = new Set(['job', 'instance', 'le', 'slo', 'alertname', 'alertstate']);
        for (const { name, labels } of series) {
          const metric = metricOfSeries(name, catalogue);
          const isKnown = metric !== undefined || WITHOUT_TARGET.includes(name);
          expect([panel.title, name, isKnown]).toEqual([panel.title, name, true]);
          for (const label of metric?.labels ?? []) known.add(label);
          for (const label of labels) expect(known).toContain(label);
        }
        for (const label of groupings) expect(known).toContain(label);
      }
    }
  });

  test('what a cluster with static placement does not export -> said so, and of nothing else', () => {
    const targets = DASHBOARDS.flatMap(({ rows }) =>
      rows.flatMap(({ panels }) => panels.flatMap((panel) => panel.targets)),
    );
    const asked = new Set<string>();
    for (const { expression, quiet } of targets) {
      for (const { name } of readQuery(substitute(expression, '5m')).series) {
        asked.add(name);
        expect([name, quiet === PLACED_ONLY]).toEqual([name, OF_PLACEMENT.test(name)]);
      }
    }
    // What says how placement and scaling are.
    for (const name of [
      'selfsame_assigner_leader',
      'selfsame_partitions_unowned',
      'selfsame_shards_present',
      'selfsame_shard_handover_seconds_bucket',
      'selfsame_shard_followed',
      'selfsame_desired_shards',
      'selfsame_saturation_ratio',
    ]) {
      expect(asked).toContain(name);
    }
  });

  test('uids and titles differ; each links to all others by a shared tag', () => {
    expect(new Set(DASHBOARDS.map(({ uid }) => uid)).size).toBe(DASHBOARDS.length);
    expect(new Set(parsed.flatMap(({ tags }) => tags ?? []))).toEqual(new Set(['selfsame']));
  });
});

describe('the linter', () => {
  const healthy = parsed[0] as DashboardJson;
  const lint = (changed: Partial<DashboardJson>) =>
    lintDashboard({ ...healthy, ...changed }, isExcluded).map(({ rule }) => rule);
  const withPanel = (change: (panel: Record<string, unknown>) => object): string[] => {
    const panels = structuredClone(healthy.panels ?? []) as unknown as Record<string, unknown>[];
    const index = panels.findIndex(({ type }) => type === 'timeseries');
    panels[index] = { ...panels[index], ...change(panels[index] ?? {}) };
    return lint({ panels: panels as never });
  };
  const withExpression = (expr: string): string[] =>
    withPanel(({ targets }) => ({
      targets: [{ ...(targets as readonly object[])[0], expr }],
    }));
  const variables = healthy.templating?.list ?? [];

  test.each([
    ['template-datasource-rule', () => lint({ templating: { list: variables.slice(1) } })],
    ['template-job-rule', () => lint({ templating: { list: variables.toSpliced(1, 1) } })],
    ['template-instance-rule', () => lint({ templating: { list: variables.toSpliced(2, 1) } })],
    [
      'template-on-time-change-reload-rule',
      () => lint({ templating: { list: variables.map((one) => ({ ...one, refresh: 1 })) } }),
    ],
    [
      'template-label-promql-rule',
      () =>
        lint({
          templating: { list: variables.map((one) => ({ ...one, query: 'label_values(a{, b)' })) },
        }),
    ],
    ['uneditable-dashboard', () => lint({ editable: true })],
    ['stable-uid', () => lint({ uid: 'x' })],
    ['linked', () => lint({ links: [] })],
    ['panel-count', () => lint({ panels: [...(healthy.panels ?? []), ...(healthy.panels ?? [])] })],
    ['panel-datasource-rule', () => withPanel(() => ({ datasource: { uid: 'prometheus' } }))],
    ['panel-title-description-rule', () => withPanel(() => ({ description: '' }))],
    ['panel-units-rule', () => withPanel(() => ({ fieldConfig: { defaults: { unit: 'secs' } } }))],
    ['panel-no-targets-rule', () => withPanel(() => ({ targets: [] }))],
    ['grid', () => withPanel(() => ({ gridPos: { x: 0, y: 1, w: 12, h: 8 } }))],
    ['target-promql-rule', () => withExpression('sum(rate(x{job=~"$job"}[$__rate_interval])')],
    [
      'target-rate-interval-rule',
      () => withExpression('sum(rate(x{job=~"$job",instance=~"$instance"}[5m]))'),
    ],
    ['target-job-rule', () => withExpression('sum(x{instance=~"$instance"})')],
    ['target-instance-rule', () => withExpression('sum(x{job=~"$job"})')],
    [
      'target-counter-agg-rule',
      () => withExpression('sum(x_total{job=~"$job",instance=~"$instance"})'),
    ],
  ] as const)('%s -> found', (rule, lintBroken) => {
    expect(lintBroken()).toContain(rule);
  });
});
