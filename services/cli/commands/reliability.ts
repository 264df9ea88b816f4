/**
 * `selfsame reliability`: whether certainties keep what they say, by what stewards decided.
 */
import { Command } from 'commander';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { describeReliability } from '../reliability-table.ts';
import { toSnakeCase } from '../snake-case.ts';
import { type TargetOptions, withCluster, withTarget } from '../target.ts';

const HELP = `
Each decided pair counts once, under the certainty that the evidence gives it now, decisions aside.
Pairs come from the review queue, so that ranges above the cluster floor hold what rules refused or
what stewards looked up for a reason: they say less of pairs that were joined. For files with a known
truth there is: selfsame resolve-files --reliability TRUTH.csv.

Exit codes: 0 done, 3 no cluster.

Examples:
  selfsame reliability
  selfsame model calibrate --join-from 0.9 --dry-run`;

interface ReliabilityOptions extends TargetOptions {
  readonly json?: boolean;
}

export function reliabilityCommand(context: CliContext): Command {
  const command = new Command('reliability')
    .summary("predicted certainty against stewards' decisions")
    .description('Compares the certainty of pairs with what stewards decided of them.')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP);
  return withTarget(command).action(async (options: ReliabilityOptions) => {
    const found = await withCluster(context, options, (cluster, call) =>
      cluster.stewardship.reliability(call),
    );
    if (options.json === true) writeJson(context.stdout, toSnakeCase(found));
    else {
      const left =
        found.unpredicted === 0
          ? []
          : [`${found.unpredicted} decided pairs are left out: no evidence proposes them`];
      writeLines(context.stdout, [...describeReliability(found), ...left]);
    }
  });
}
