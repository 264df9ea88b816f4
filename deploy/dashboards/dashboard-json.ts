/** Dashboards as Grafana reads them, by its Foundation SDK. */
import {
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { DATA_QUALITY } from './data-quality.ts';
import { INTERNALS } from './internals.ts';
import { OVERVIEW } from './overview.ts';
import { type DashboardSpec, type PanelSpec, widthsOf } from './panel-spec.ts';

export const DASHBOARDS: readonly DashboardSpec[] = [OVERVIEW, INTERNALS, DATA_QUALITY];

/** Of the link that every dashboard has to all others. */
const TAG = 'selfsame';
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
/** Instances without an instance in the variable are all of them. */
const ALL = { selected: true, text: 'All', value: '$__all' };

const [GREEN, RED] = ['green', 'red'];
const HEIGHT = { stat: 4, timeseries: 8 } as const;

export function dashboardJson(spec: DashboardSpec): string {
  const builder = new DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags([TAG])
    .readonly()
    .refresh('30s')
    .time({ from: 'now-1h', to: 'now' })
    .timezone('browser')
    .withVariable(
      new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    )
    .withVariable(variable('job', 'Job', 'label_values(selfsame_build_info, job)'))
    .withVariable(
      variable('instance', 'Instance', 'label_values(selfsame_build_info{job=~"$job"}, instance)'),
    )
    .link(
      new DashboardLinkBuilder('Selfsame')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .includeVars(true)
        .keepTime(true),
    );
  let id = 1;
  for (const row of spec.rows) {
    builder.withRow(new RowBuilder(row.title).id(id++));
    const widths = widthsOf(row);
    for (const [index, panel] of row.panels.entries()) {
      builder.withPanel(
        panelOf(panel)
          .span(widths[index] as number)
          .id(id++),
      );
    }
  }
  const built = builder.build();
  // In the header, where they are seen: the builder knows only the menu, which Grafana 11 has not.
  const links = built.links?.map(({ placement: _, ...link }) => link);
  return `${JSON.stringify({ ...built, links }, null, 2)}\n`;
}

function variable(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current(ALL);
}

function panelOf(spec: PanelSpec): StatBuilder | TimeSeriesBuilder {
  const panel = spec.kind === 'stat' ? statOf() : timeSeriesOf(spec);
  panel
    .title(spec.title)
    .description(spec.description)
    .datasource(DATASOURCE)
    // A core is no unit that Grafana knows.
    .unit(spec.unit === 'cores' ? 'short' : spec.unit)
    .height(HEIGHT[spec.kind])
    .min(0)
    .thresholds(thresholdsOf(spec));
  if (spec.max !== undefined) panel.max(spec.max);
  for (const [index, { expression, legend }] of spec.targets.entries()) {
    const query = new DataqueryBuilder()
      .datasource(DATASOURCE)
      .refId(String.fromCharCode(65 + index))
      .expr(expression)
      .legendFormat(legend);
    panel.withTarget(spec.kind === 'stat' ? query.instant() : query.range());
  }
  return panel;
}

function statOf(): StatBuilder {
  return new StatBuilder().reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));
}

function timeSeriesOf({ isStacked = false }: PanelSpec): TimeSeriesBuilder {
  const legend = new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true);
  const panel = new TimeSeriesBuilder()
    .legend(legend)
    .lineWidth(1)
    .fillOpacity(isStacked ? 40 : 8);
  return isStacked ? panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)) : panel;
}

function thresholdsOf({ red, isRedBelow = false }: PanelSpec): ThresholdsConfigBuilder {
  const [first, second] = isRedBelow ? [RED, GREEN] : [GREEN, RED];
  const steps = [{ value: null, color: first }];
  const limit = red === undefined ? [] : [{ value: red, color: second }];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...steps, ...limit]);
}
