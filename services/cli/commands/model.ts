/**
 * `selfsame model`: the weights of scored rules, and fitting them to what a running cluster holds.
 */
import { Command } from 'commander';
import type { CalibrationView } from '../../../shared/protocol/stewardship.ts';
import type { ModelView } from '../../../shared/protocol/versions.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { toSnakeCase } from '../snake-case.ts';
import { probability, type TargetOptions, withCluster, withTarget } from '../target.ts';
import { alignColumns, formatCertainty, formatCount } from '../text-table.ts';
import { proposeAndWait } from './rules.ts';

const HELP = `
Floors are calibrated from decisions on uncertain pairs (50 or more): the cluster floor goes to where pairs
really have the probability asked for, and the review floor with it. Weights are fitted without labels to a sample of the cluster's profiles and keys. The fitted model is
a candidate like any other: what it would change is shown, then \`selfsame rules activate\` or \`drop\`.

Exit codes: 0 done, 2 refused (nothing scored, too little data, a collapsed model), 3 no cluster.

Examples:
  selfsame model fit
  selfsame model calibrate --join-from 0.9 --dry-run
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
  command.addCommand(calibrateCommand(context));
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

interface CalibrateOptions extends TargetOptions {
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly errorRate?: number;
  readonly joinFrom: number;
}

function calibrateCommand(context: CliContext): Command {
  const calibrate = new Command('calibrate')
    .description("Proposes a version whose floors fit stewards' decisions; activates nothing.")
    .requiredOption(
      '--join-from <p>',
      'probability from which pairs shall join',
      probability('--join-from'),
    )
    .option('--dry-run', 'only show the floors')
    .option(
      '--error-rate <p>',
      'how often stewards err (default: 0.02)',
      probability('--error-rate'),
    )
    .option('--json', 'print one JSON document');
  return withTarget(calibrate).action(async (options: CalibrateOptions) => {
    const found = await withCluster(context, options, (cluster, call) =>
      cluster.stewardship.calibrate(options.joinFrom, {
        ...call,
        isProposed: options.dryRun !== true,
        ...(options.errorRate === undefined ? {} : { errorRate: options.errorRate }),
      }),
    );
    if (options.json === true) writeJson(context.stdout, toSnakeCase(found));
    else writeLines(context.stdout, describeCalibration(found, options.dryRun === true));
  });
}

function describeCalibration(found: CalibrationView, isDryRun: boolean): string[] {
  const { same, different, shiftBits, slope, candidateVersion } = found;
  const floor = (before: number, after: number): string =>
    before === after
      ? `${formatCertainty(before)}, as it is`
      : `${formatCertainty(before)} becomes ${formatCertainty(after)}`;
  const last =
    candidateVersion !== null
      ? `candidate ${candidateVersion} is being built: selfsame rules report, then activate or drop`
      : isDryRun
        ? 'nothing was proposed'
        : 'the floors fit as they are: nothing was proposed';
  return [
    ...alignColumns(
      [
        ['decisions', `${formatCount(same)} same, ${formatCount(different)} different`],
        ['log-odds deserved', `${shiftBits} bits + ${slope} times those predicted`],
        ['review floor', floor(found.reviewFloorBefore, found.reviewFloor)],
        ['cluster floor', floor(found.clusterFloorBefore, found.clusterFloor)],
      ],
      '',
    ),
    last,
  ];
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
