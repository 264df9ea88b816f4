/**
 * What a dashboard shows, before it is written for Grafana: rows of panels with queries. The same
 * description makes the JSON, is run against Prometheus by tests, and is drawn for the documentation.
 */

/** Units as Grafana names them. */
export type Unit = 's' | 'percentunit' | 'bytes' | 'short' | 'reqps' | 'ops' | 'none' | 'cores';

export interface Target {
  readonly expression: string;
  /** Legend, with labels in double braces; one word where there is one series. */
  readonly legend: string;
  /**
   * Why nothing comes while all is well; tests then only ask that it parses, and that the metric is
   * exported. Absent: finite values must come from a healthy cluster under load.
   */
  readonly quiet?: string;
}

export interface PanelSpec {
  readonly kind: 'stat' | 'timeseries';
  readonly title: string;
  /** What is seen, and what would be bad. */
  readonly description: string;
  readonly unit: Unit;
  readonly targets: readonly Target[];
  /** In columns of 24; default: see `widthsOf`. */
  readonly width?: number;
  /** Value from which on it is red. `below`: from which on downwards. */
  readonly red?: number;
  readonly isRedBelow?: boolean;
  /** Upper end of the axis, where there is a natural one. */
  readonly max?: number;
  readonly isStacked?: boolean;
}

export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

export interface DashboardSpec {
  /** Never changed: links and bookmarks go by it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly RowSpec[];
}

const WIDTH = { stat: 4, timeseries: 12 } as const;
const THIRD = 8;

/** Widths of the panels of a row: time series in pairs, an odd number of them begins with three. */
export function widthsOf({ panels }: RowSpec): readonly number[] {
  const graphs = panels.filter(({ kind, width }) => kind === 'timeseries' && width === undefined);
  const thirds = graphs.length % 2 === 1 && graphs.length >= 3 ? graphs.slice(0, 3) : [];
  return panels.map((panel) => {
    return panel.width ?? (thirds.includes(panel) ? THIRD : WIDTH[panel.kind]);
  });
}

/** What every selector matches on, so that the variables at the top of a dashboard work. */
const TARGETS = 'job=~"$job",instance=~"$instance"';

/** `metric{job=~"$job",instance=~"$instance",more}` */
export function series(metric: string, more = ''): string {
  return `${metric}{${TARGETS}${more === '' ? '' : `,${more}`}}`;
}

/** Events a second, over as short a window as the scrape interval allows. */
export function perSecond(metric: string, more = ''): string {
  return `rate(${series(metric, more)}[$__rate_interval])`;
}

/** A quantile of a histogram, by further labels. */
export function quantile(q: number, histogram: string, by = '', more = ''): string {
  const labels = by === '' ? 'le' : `le, ${by}`;
  const buckets = `sum by (${labels}) (${perSecond(`${histogram}_bucket`, more)})`;
  return `histogram_quantile(${q}, ${buckets})`;
}

export function stat(
  title: string,
  unit: Unit,
  description: string,
  target: Target,
  more: Partial<PanelSpec> = {},
): PanelSpec {
  return { kind: 'stat', title, unit, description, targets: [target], ...more };
}

export function graph(
  title: string,
  unit: Unit,
  description: string,
  targets: readonly Target[],
  more: Partial<PanelSpec> = {},
): PanelSpec {
  return { kind: 'timeseries', title, unit, description, targets, ...more };
}

export function shown(expression: string, legend: string): Target {
  return { expression, legend };
}

/**
 * What only coordinators and shards under assigned placement export. The cluster that tests watch has
 * static placement: there such a query is parsed and its metrics are looked up, no more.
 */
export const PLACED_ONLY = 'exported under assigned placement only';

export function whenPlaced(expression: string, legend: string): Target {
  return quiet(expression, legend, PLACED_ONLY);
}

export function quiet(expression: string, legend: string, why: string): Target {
  return { expression, legend, quiet: why };
}
