/** PromQL read by the parser of Prometheus' own editor: what a query asks for, and whether it parses. */
import { parser } from '@prometheus-io/lezer-promql';
import type { SyntaxNode } from '@lezer/common';

export interface SelectedSeries {
  readonly name: string;
  /** Label names that the selector matches on. */
  readonly labels: readonly string[];
  /** Directly inside these calls and operators, innermost first: `rate`, `sum`. */
  readonly within: readonly string[];
}

export interface Query {
  /** What does not parse; null: all of it does. */
  readonly error: string | null;
  readonly series: readonly SelectedSeries[];
  /** Labels that aggregations keep, drop or join on. */
  readonly groupings: readonly string[];
}

export function readQuery(text: string): Query {
  const series: SelectedSeries[] = [];
  const groupings: string[] = [];
  let error: string | null = null;
  parser.parse(text).iterate({
    enter: ({ node }) => {
      if (node.type.isError) {
        error ??= `at ${node.from}: ...${text.slice(Math.max(0, node.from - 20), node.from + 20)}`;
      } else if (node.name === 'VectorSelector') series.push(selected(node, text));
      else if (node.name === 'GroupingLabels') {
        for (const label of node.getChildren('LabelName')) groupings.push(textOf(label, text));
      }
    },
  });
  return { error, series, groupings };
}

function selected(node: SyntaxNode, text: string): SelectedSeries {
  const name = node.getChild('Identifier');
  const labels: string[] = [];
  node
    .getChild('LabelMatchers')
    ?.cursor()
    .iterate((inner) => {
      if (inner.name === 'LabelName') labels.push(text.slice(inner.from, inner.to));
    });
  return { name: name === null ? '' : textOf(name, text), labels, within: callsAround(node, text) };
}

function callsAround(node: SyntaxNode, text: string): string[] {
  const calls: string[] = [];
  for (let around = node.parent; around !== null; around = around.parent) {
    const named = around.getChild('FunctionIdentifier') ?? around.getChild('AggregateOp');
    if (named !== null) calls.push(textOf(named, text));
  }
  return calls;
}

function textOf({ from, to }: SyntaxNode, text: string): string {
  return text.slice(from, to);
}
