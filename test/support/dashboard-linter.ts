/**
 * The rules of grafana/dashboard-linter (docs/index.md there; its two rules for Loki left out), and
 * ours: descriptions, stable ids, links, no overlap, at most 25 panels. Works on the JSON, so that it
 * judges what Grafana reads and not what we meant.
 */
import { readQuery } from './promql.ts';

export interface Finding {
  readonly rule: string;
  readonly where: string;
  readonly what: string;
}

interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface PanelJson {
  readonly id?: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly datasource?: { readonly uid?: string };
  readonly gridPos?: GridPosition;
  readonly targets?: readonly {
    readonly expr?: string;
    readonly datasource?: { readonly uid?: string };
  }[];
  readonly fieldConfig?: { readonly defaults?: { readonly unit?: string } };
}

export interface DashboardJson {
  readonly uid?: string;
  readonly title?: string;
  readonly editable?: boolean;
  readonly links?: readonly { readonly type?: string; readonly tags?: readonly string[] }[];
  readonly tags?: readonly string[];
  readonly templating?: {
    readonly list?: readonly {
      readonly name: string;
      readonly type: string;
      readonly query?: unknown;
      readonly refresh?: number;
      readonly multi?: boolean;
      readonly allValue?: string;
      readonly datasource?: { readonly uid?: string };
    }[];
  };
  readonly panels?: readonly PanelJson[];
}

/** Ids of Grafana's units that we use; a wrong id shows as a suffix and goes unnoticed. */
const UNITS = ['s', 'percentunit', 'bytes', 'short', 'reqps', 'ops', 'none'];
const PANELS_MAX = 25;
const ON_TIME_RANGE_CHANGE = 2;
const DATASOURCE = '${datasource}';
const RATES = ['rate', 'increase', 'irate', 'changes', 'resets'];

/** What Grafana's variables stand for, so that a query can be parsed and run. */
export function substitute(expression: string, rateInterval: string): string {
  return expression
    .replaceAll('$__rate_interval', rateInterval)
    .replaceAll(/\$(job|instance)\b/g, '.+');
}

/** `isExcluded`: exceptions, each with a reason where they are listed. */
export function lintDashboard(
  dashboard: DashboardJson,
  isExcluded: (finding: Finding) => boolean = () => false,
): Finding[] {
  const findings: Finding[] = [];
  const add = (rule: string, where: string, what: string): void => {
    const finding = { rule, where, what };
    if (!isExcluded(finding)) findings.push(finding);
  };
  lintTemplates(dashboard, add);
  lintFrame(dashboard, add);
  for (const panel of dashboard.panels ?? []) if (panel.type !== 'row') lintPanel(panel, add);
  return findings;
}

type Add = (rule: string, where: string, what: string) => void;

function lintTemplates({ templating, title = '' }: DashboardJson, add: Add): void {
  const variables = templating?.list ?? [];
  const datasource = variables.find(({ name }) => name === 'datasource');
  if (datasource?.type !== 'datasource' || datasource.query !== 'prometheus') {
    add('template-datasource-rule', title, 'no variable `datasource` of type prometheus');
  }
  for (const name of ['job', 'instance']) {
    const found = variables.find((one) => one.name === name);
    const rule = `template-${name}-rule`;
    if (found === undefined) add(rule, title, `no variable \`${name}\``);
    else if (
      found.multi !== true ||
      found.allValue !== '.+' ||
      found.datasource?.uid !== DATASOURCE
    ) {
      add(rule, title, 'not multiple, or without `.+` for all, or not of the data source');
    }
  }
  for (const { name, type, query, refresh } of variables) {
    if (type !== 'query') continue;
    if (refresh !== ON_TIME_RANGE_CHANGE) {
      add('template-on-time-change-reload-rule', name, 'not reloaded when the time range changes');
    }
    const [, inner] = /^label_values\((.+), *\w+\)$/.exec(String(query)) ?? [];
    const error =
      inner === undefined ? 'no label_values' : readQuery(substitute(inner, '1m')).error;
    if (error !== null) add('template-label-promql-rule', name, error);
  }
}

function lintFrame(dashboard: DashboardJson, add: Add): void {
  const { title = '', uid = '', editable, links = [], tags = [], panels = [] } = dashboard;
  if (editable !== false) add('uneditable-dashboard', title, 'can be edited');
  if (!/^selfsame-[a-z-]+$/.test(uid)) add('stable-uid', title, 'no uid of ours');
  const isLinked = links.some(
    (link) => link.type === 'dashboards' && link.tags?.some((tag) => tags.includes(tag)) === true,
  );
  if (!isLinked) add('linked', title, 'no link to the other dashboards');
  const shown = panels.filter(({ type }) => type !== 'row');
  if (shown.length > PANELS_MAX) add('panel-count', title, `${shown.length} panels`);
  if (new Set(panels.map(({ id }) => id)).size !== panels.length) add('panel-id', title, 'twice');
  for (const [index, one] of panels.entries()) {
    for (const other of panels.slice(index + 1)) {
      if (overlap(one.gridPos, other.gridPos)) {
        add('grid', one.title ?? '', `overlaps ${other.title ?? ''}`);
      }
    }
    const { x = 0, w = 0 } = one.gridPos ?? {};
    if (w === 0 || x + w > 24) add('grid', one.title ?? '', 'not within 24 columns');
  }
}

function overlap(one: GridPosition | undefined, other: GridPosition | undefined): boolean {
  if (one === undefined || other === undefined) return true;
  const isBeside = one.x + one.w <= other.x || other.x + other.w <= one.x;
  const isAbove = one.y + one.h <= other.y || other.y + other.h <= one.y;
  return !isBeside && !isAbove;
}

function lintPanel(panel: PanelJson, add: Add): void {
  const { title = '', description = '', targets = [], fieldConfig } = panel;
  if (title === '') add('panel-title-description-rule', title, 'no title');
  if (!description.endsWith('.')) add('panel-title-description-rule', title, 'no description');
  const unit = fieldConfig?.defaults?.unit ?? '';
  if (!UNITS.includes(unit)) add('panel-units-rule', title, `unit ${unit}`);
  if (targets.length === 0) add('panel-no-targets-rule', title, 'no query');
  const sources = [panel.datasource, ...targets.map(({ datasource }) => datasource)];
  if (sources.some((source) => source?.uid !== DATASOURCE)) {
    add('panel-datasource-rule', title, 'not of the data source variable');
  }
  for (const { expr = '' } of targets) lintTarget(title, expr, add);
}

function lintTarget(title: string, expression: string, add: Add): void {
  const { error, series } = readQuery(substitute(expression, '5m'));
  if (error !== null || expression === '') add('target-promql-rule', title, error ?? 'empty');
  for (const { name, labels, within } of series) {
    for (const label of ['job', 'instance']) {
      const matches = expression.includes(`${label}=~"$${label}"`) && labels.includes(label);
      if (!matches) add(`target-${label}-rule`, title, `${name} without ${label}`);
    }
    const isCounter = /_(total|bucket|count|sum)$/.test(name);
    if (isCounter && !within.some((call) => RATES.includes(call))) {
      add('target-counter-agg-rule', title, `${name} without rate or increase`);
    }
  }
  for (const [, call, window] of expression.matchAll(/\b(i?rate)\([^[]*\[([^\]]+)\]/g)) {
    if (window !== '$__rate_interval') {
      add('target-rate-interval-rule', title, `${call}[${window}]`);
    }
  }
}
