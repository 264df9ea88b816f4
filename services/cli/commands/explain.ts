/**
 * `selfsame explain`: why two identifiers are one customer or not, or how one customer came to be.
 */
import { Command } from 'commander';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { describeExplanation } from '../describe-explanation.ts';
import { ExitCode } from '../exit-codes.ts';
import { parseSelector } from '../selector.ts';
import { toSnakeCase } from '../snake-case.ts';
import { probability, type TargetOptions, withCluster, withTarget } from '../target.ts';

const HELP = `
A and B are anchors written namespace:value, customer ids (c...) or profile references (p...).
With B: the path that joins them, its weakest link marked, and what would split them; or why they
are apart, and what would join them. Without: the links that made A's customer, in the order they were joined.

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
