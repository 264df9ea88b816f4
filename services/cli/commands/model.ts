/**
 * `selfsame model`: the weights of scored rules, and fitting them to what a running cluster holds.
 */
import { Command } from 'commander';
import type { ModelView } from '../../../shared/protocol/versions.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { toSnakeCase } from '../snake-case.ts';
import { type TargetOptions, withCluster, withTarget } from '../target.ts';
import { alignColumns, formatCount } from '../text-table.ts';
import { proposeAndWait } from './rules.ts';

const HELP = `
Weights are fitted without labels to a sample of the cluster's profiles and keys. The fitted model is
a candidate like any other: what it would change is shown, then \`selfsame rules activate\` or \`drop\`.

Exit codes: 0 done, 2 refused (nothing scored, too little data, a collapsed model), 3 no cluster.

Examples:
  selfsame model fit
  selfsame model show --candidate`;

interface FitOptions extends TargetOptions {
  readonly json?: boolean;
  readonly wait: boolean;
}

interface ShowOptions extends TargetOptions {
  readonly json?: boolean;
  readonly candidate?: boolean;
}

export function modelCommand(context: CliContext): Command {
  const command = new Command('model')
    .summary('the weights of scored rules, and fitting them to the data')
    .description('Shows the scoring model, or fits it to what the cluster holds.')
    .addHelpText('after', HELP);
  const fit = new Command('fit')
    .description('Fits the weights of the live rules and builds the candidate, then compares.')
    .option('--no-wait', 'return when the candidate is recorded')
    .option('--json', 'print one JSON document');
  command.addCommand(
    withTarget(fit).action((options: FitOptions) =>
      proposeAndWait(context, options, { rules: null, isFitted: true }),
    ),
  );
  const show = new Command('show')
    .description('Shows what each comparison weighs, in bits.')
    .option('--candidate', "the candidate's model instead of the live one")
    .option('--json', 'print one JSON document');
  command.addCommand(
    withTarget(show).action(async (options: ShowOptions) => {
      const which = options.candidate === true ? 'shadow' : 'live';
      const model = await withCluster(context, options, (cluster, call) =>
        cluster.versions.model(which, call),
      );
      if (options.json === true) writeJson(context.stdout, toSnakeCase(model));
      else writeLines(context.stdout, describeModel(model));
    }),
  );
  return command;
}

export function describeModel(model: ModelView): string[] {
  const { version, comparisons } = model;
  if (comparisons.length === 0) return [`version ${version} declares every certainty`];
  const range = (weights: readonly number[]): string =>
    `${Math.min(...weights).toFixed(1)} to ${Math.max(...weights).toFixed(1)}`;
  return [
    ...alignColumns(
      [
        ['version', version],
        ['prior', `${model.priorBits.toFixed(1)} bits`],
        ['prior in a household', `${model.householdPriorBits.toFixed(1)} bits`],
        ['words with a rarity', formatCount(model.listedWords)],
      ],
      '',
    ),
    '',
    ...alignColumns([
      ['comparison', 'against strangers', 'against a household'],
      ...comparisons.map(({ name, weights, householdWeights }) => [
        name,
        range(weights),
        range(householdWeights),
      ]),
    ]),
  ];
}
