/**
 * Draws a dashboard from the results of its queries, as SVG in an HTML page: what the documentation
 * shows, and what a person looks at, where no Grafana is at hand. Not Grafana's own look.
 */
import {
  type DashboardSpec,
  type PanelSpec,
  type Unit,
  widthsOf,
} from '../../deploy/dashboards/panel-spec.ts';
import type { Sample } from './prometheus-server.ts';

/** Results of one target, in the order of the panel's targets. */
export type PanelData = readonly (readonly Sample[])[];

const COLOURS = [
  '#7eb26d',
  '#eab839',
  '#6ed0e0',
  '#ef843c',
  '#e24d42',
  '#1f78c1',
  '#ba43a9',
  '#705da0',
];
const RED = '#e24d42';
const GREEN = '#73bf69';
const HEIGHT = { stat: 96, timeseries: 190 } as const;
const COLUMN = 50;
/** Room above the highest line of the grid, for its label. */
const LABEL = 10;
const GAP = 8;

interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

/** A page of 1,200 pixels; `dataOf` gives the results of a panel. */
export function drawDashboard(
  { title, description, rows }: DashboardSpec,
  dataOf: (panel: PanelSpec) => PanelData,
): string {
  const body = rows.map((row) => {
    const widths = widthsOf(row);
    const panels = row.panels.map((panel, index) =>
      drawPanel(panel, dataOf(panel), widths[index] as number),
    );
    return `<h2>${escape(row.title)}</h2><div class="row">${panels.join('')}</div>`;
  });
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>
<h1>${escape(title)}</h1><p>${escape(description)}</p>${body.join('\n')}`;
}

const STYLE = `
body{margin:16px;width:1216px;background:#111217;color:#ccccdc;font:12px/1.4 sans-serif}
h1{font-size:20px;margin:0}h2{font-size:14px;margin:14px 0 6px}p{margin:0;color:#8e8e9e}
.row{display:flex;flex-wrap:wrap;gap:${GAP}px}
.panel{background:#181b1f;border:1px solid #2c2f36;border-radius:3px;padding:6px;box-sizing:border-box}
.title{font-weight:600}.stat{font-size:30px;text-align:center;padding-top:8px}
svg{display:block}.legend{display:flex;flex-wrap:wrap;gap:2px 10px;font-size:10px;max-height:28px;overflow:hidden}
.legend i{display:inline-block;width:10px;height:3px;margin-right:4px;vertical-align:middle}`;

function drawPanel(panel: PanelSpec, data: PanelData, columns: number): string {
  const width = columns * COLUMN - GAP;
  const lines = linesOf(panel, data);
  const inside =
    panel.kind === 'stat' ? drawStat(panel, lines) : drawGraph(panel, lines, width - 14);
  const style = `width:${width}px;height:${HEIGHT[panel.kind]}px`;
  return `<div class="panel" style="${style}"><div class="title">${escape(panel.title)}</div>${inside}</div>`;
}

function linesOf({ targets }: PanelSpec, data: PanelData): Line[] {
  return targets.flatMap(({ legend }, index) =>
    (data[index] ?? []).map(({ labels, points }) => ({
      name: legend.replaceAll(/\{\{ *(\w+) *\}\}/g, (_, label: string) => labels[label] ?? ''),
      points: points.filter(([, value]) => Number.isFinite(value)),
    })),
  );
}

function isRed({ red, isRedBelow = false }: PanelSpec, value: number): boolean {
  if (red === undefined) return false;
  return isRedBelow ? value < red : value >= red;
}

function drawStat(panel: PanelSpec, lines: readonly Line[]): string {
  const value = lines[0]?.points.at(-1)?.[1];
  if (value === undefined) return '<div class="stat">no data</div>';
  const colour = isRed(panel, value) ? RED : GREEN;
  return `<div class="stat" style="color:${colour}">${format(value, panel.unit)}</div>`;
}

function drawGraph(panel: PanelSpec, lines: readonly Line[], width: number): string {
  const shown = panel.isStacked === true ? stacked(lines) : lines;
  const all = shown.flatMap(({ points }) => points);
  if (all.length === 0) return '<div class="stat">no data</div>';
  const times = all.map(([at]) => at);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const top = panel.max ?? topOf(Math.max(...all.map(([, value]) => value)), panel.unit);
  const [left, height] = [58, 112];
  const step = stepOf(times);
  const x = (at: number): number => left + ((at - from) / Math.max(1, to - from)) * (width - left);
  const y = (value: number): number => height - (Math.min(value, top) / top) * (height - LABEL);
  const grid = [0, 0.5, 1].map((share) => {
    const at = y(top * share).toFixed(1);
    const text = escape(format(top * share, panel.unit));
    return `<line x1="${left}" x2="${width}" y1="${at}" y2="${at}" stroke="#2c2f36"/><text x="${left - 4}" y="${Number(at) + 4}" fill="#8e8e9e" font-size="10" text-anchor="end">${text}</text>`;
  });
  const drawn = shown.map(({ points }, index) => {
    let before = Number.NEGATIVE_INFINITY;
    const path = points.map(([at, value]) => {
      // What is missing is shown as missing.
      const isGap = at - before > step * 2.5;
      before = at;
      return `${isGap ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    });
    return `<path d="${path.join('')}" fill="none" stroke="${colourOf(index)}" stroke-width="1.5"/>`;
  });
  const limit =
    panel.red === undefined || panel.red > top
      ? ''
      : `<line x1="${left}" x2="${width}" y1="${y(panel.red).toFixed(1)}" y2="${y(panel.red).toFixed(1)}" stroke="${RED}" stroke-dasharray="4 4"/>`;
  const clock = [from, to].map((at, index) => {
    const anchor = index === 0 ? `x="${left}"` : `x="${width}" text-anchor="end"`;
    const time = new Date(at * 1000).toISOString().slice(11, 19);
    return `<text ${anchor} y="${height + 14}" fill="#8e8e9e" font-size="10">${time}</text>`;
  });
  const legend = lines.map(
    ({ name }, index) =>
      `<span><i style="background:${colourOf(index)}"></i>${escape(name)}</span>`,
  );
  const svg = [...grid, ...drawn, limit, ...clock].join('');
  return `<svg width="${width}" height="${height + 18}">${svg}</svg><div class="legend">${legend.join('')}</div>`;
}

/** The upper end of an axis: the next number with one figure, or 1.5 or 2.5, times a power of the base. */
function topOf(greatest: number, unit: Unit): number {
  if (greatest <= 0) return 1;
  const base = unit === 'bytes' ? 1024 : 1000;
  const thousands = base ** Math.floor(Math.log(greatest) / Math.log(base));
  const rest = greatest / thousands;
  const ten = 10 ** Math.floor(Math.log10(rest));
  const steps = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
  return (steps.find((step) => step * ten >= rest) ?? 10) * ten * thousands;
}

/** Least distance of two moments, seconds. */
function stepOf(times: readonly number[]): number {
  const sorted = Array.from(new Set(times)).sort((left, right) => left - right);
  let least = Number.POSITIVE_INFINITY;
  for (let one = 1; one < sorted.length; one++) {
    least = Math.min(least, (sorted[one] as number) - (sorted[one - 1] as number));
  }
  return least;
}

/** Each line on top of those before it, where they have a point at the same time. */
function stacked(lines: readonly Line[]): Line[] {
  const sums = new Map<number, number>();
  return lines.map(({ name, points }) => ({
    name,
    points: points.map(([at, value]) => {
      const sum = (sums.get(at) ?? 0) + value;
      sums.set(at, sum);
      return [at, sum] as const;
    }),
  }));
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] as string;
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let [rest, unit] = [value, 0];
  while (Math.abs(rest) >= step && unit < units.length - 1) {
    rest /= step;
    unit++;
  }
  return `${Number(rest.toPrecision(3))}${units[unit] as string}`;
}

/** A value as a person reads it. */
export function format(value: number, unit: Unit): string {
  switch (unit) {
    case 'percentunit':
      return `${Number((value * 100).toPrecision(3))} %`;
    case 's':
      return value < 1
        ? `${Number((value * 1000).toPrecision(3))} ms`
        : `${Number(value.toPrecision(3))} s`;
    case 'bytes':
      return scaled(value, 1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB']);
    case 'reqps':
    case 'ops':
      return scaled(value, 1000, ['/s', 'k/s', 'M/s']);
    case 'cores':
    case 'none':
    case 'short':
      return scaled(value, 1000, ['', ' k', ' M']);
  }
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
