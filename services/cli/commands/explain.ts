/**
 * `selfsame explain`: why two identifiers are one customer or not, or how one customer came to be.
 */
import { Command } from 'commander';
import type {
  ExplainedEdge,
  Explanation,
  ExplanationVersions,
} from '../../../shared/protocol/cluster.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { ExitCode } from '../exit-codes.ts';
import { parseSelector } from '../selector.ts';
import { toSnakeCase } from '../snake-case.ts';
import { probability, type TargetOptions, withCluster, withTarget } from '../target.ts';
import { alignColumns, formatCertainty } from '../text-table.ts';

const HELP = `
A and B are anchors written namespace:value, customer ids (c...) or profile references (p...).
With B: the path that joins them, its weakest link marked, or why they are apart.
Without: the links that made A's customer, in the order they were joined.

Exit codes: 0 explained, 1 not found, 2 malformed selector, 3 no cluster.

Examples:
  selfsame explain crm_id:1001
  selfsame explain crm_id:1001 loyalty:77-12
  selfsame explain crm_id:1001 cabcdefghijklmnopqrstuvwxyz --json`;

interface ExplainOptions extends TargetOptions {
  readonly json?: boolean;
  readonly minCertainty?: number;
}

export function explainCommand(context: CliContext): Command {
  const command = new Command('explain')
    .summary('why two identifiers are one customer, or not')
    .description('Explains why two profiles are one customer or not, or how a customer came to be.')
    .argument('<A>', 'namespace:value, customer id or profile reference')
    .argument('[B]', 'the same; omit it to see how the customer of A came to be')
    .option('--min-certainty <p>', 'view to ask, 0..1', probability('--min-certainty'))
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP);
  return withTarget(command).action(
    async (left: string, right: string | undefined, options: ExplainOptions) => {
      const leftSelector = parseSelector(left);
      const rightSelector = right === undefined ? null : parseSelector(right);
      const { minCertainty } = options;
      const explanation = await withCluster(context, options, (cluster, call) =>
        cluster.explain(leftSelector, rightSelector, {
          ...call,
          ...(minCertainty === undefined ? {} : { minCertainty }),
        }),
      );
      if (explanation.kind === 'not_found') context.exitCode = ExitCode.negative;
      if (options.json === true) writeJson(context.stdout, toSnakeCase(explanation));
      else if (explanation.kind === 'not_found') context.stderr.write('not found\n');
      else writeLines(context.stdout, describeExplanation(explanation));
    },
  );
}

/** The explanation as lines of text. */
export function describeExplanation(explanation: Explanation): string[] {
  switch (explanation.kind) {
    case 'joined': {
      const { weakest } = explanation;
      const isWeakest = (edge: ExplainedEdge): boolean =>
        weakest !== null && edge.leftRef === weakest.leftRef && edge.rightRef === weakest.rightRef;
      return [
        `one customer: ${explanation.customerId}`,
        describeVersions(explanation.versions),
        ...(explanation.path.length === 0 ? ['  the same profile'] : []),
        ...explanation.path.flatMap((edge) =>
          describeEdge(edge, isWeakest(edge) ? '  <- weakest link' : ''),
        ),
      ];
    }
    case 'apart':
      return [
        `two customers: ${explanation.leftCustomerId} and ${explanation.rightCustomerId}`,
        describeVersions(explanation.versions),
        ...(explanation.refused.length === 0
          ? ['  no evidence between them']
          : [
              '  evidence that did not join them:',
              ...explanation.refused.flatMap(describeRefusal),
            ]),
      ];
    case 'how':
      return [
        `customer ${explanation.customerId}`,
        describeVersions(explanation.versions),
        ...(explanation.steps.length === 0 ? ['  one profile, joined with nothing'] : []),
        ...explanation.steps.flatMap((edge, index) => describeEdge(edge, `  (${index + 1})`)),
        ...(explanation.refused.length === 0
          ? []
          : ['  refused:', ...explanation.refused.flatMap(describeRefusal)]),
      ];
    case 'not_found':
      return ['not found'];
  }
}

function describeRefusal(edge: ExplainedEdge): string[] {
  return describeEdge(edge, `  ${edge.outcome}${edge.refusal === null ? '' : `: ${edge.refusal}`}`);
}

function describeEdge(edge: ExplainedEdge, note: string): string[] {
  const { left, right } = edge;
  return [
    `  ${left.namespace} ${left.value} -- ${right.namespace} ${right.value}` +
      `  ${formatCertainty(edge.certainty)}${note}`,
    ...edge.reasons.map((reason) => {
      const days = reason.supportDays > 0 ? `, ${reason.supportDays} or more days` : '';
      const decision = reason.decisionId === null ? '' : ` ${reason.decisionId}`;
      const subject = reason.namespace === '' ? decision : ` ${reason.namespace}${decision}`;
      return `      ${reason.kind.replaceAll('_', ' ')}${subject}${days}`;
    }),
    ...describeContributions(edge),
  ];
}

/** The terms of a certainty, in quarter bits: they add up to it. One that stands alone says nothing. */
function describeContributions({ contributions, quarterBits }: ExplainedEdge): string[] {
  if (contributions.length < 2) return [];
  const rows = contributions.map(({ kind, name, level, quarterBits: part, logOdds }) => [
    kind === 'comparison' ? name : `${kind.replaceAll('_', ' ')} ${name}`.trim(),
    kind === 'comparison' ? level : '',
    signed(part),
    `(${signed(Number(logOdds.toFixed(2)))} bits)`,
  ]);
  return [`      ${signed(quarterBits)} quarter bits of`, ...alignColumns(rows, '        ')];
}

function signed(value: number): string {
  return value < 0 ? String(value) : `+${value}`;
}

function describeVersions({ rulesVersion, modelVersion, generation }: ExplanationVersions): string {
  const model = modelVersion === null ? '' : `, model ${modelVersion}`;
  return `  by rules ${rulesVersion}${model}, generation ${generation}`;
}
