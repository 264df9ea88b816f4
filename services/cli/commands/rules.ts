/**
 * `selfsame rules`: tries other rules beside the live ones, shows what they would change, and makes
 * them live or drops them.
 */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type {
  ChangedCustomer,
  VersionReport,
  VersionsView,
} from '../../../shared/protocol/versions.ts';
import { type JsonOptions, printDocument, stepwise, untilComplete } from '../candidate.ts';
import type { CliContext } from '../context.ts';
import { modelText, withModelText } from '../../../shared/ingress/model-text.ts';
import { CliError, ExitCode, usageError } from '../exit-codes.ts';
import { readModelFile } from '../resolve-files/model-file.ts';
import { loadRules } from '../load-config.ts';
import { probability, withCluster, withTarget } from '../target.ts';
import { alignColumns, formatCertainty, formatCount } from '../text-table.ts';

const HELP = `
A candidate is built beside the live rules from everything the cluster holds, while the live ones go
on answering. One candidate at a time.

Exit codes: 0 done, 1 there is no candidate, 2 refused or a wrong file, 3 no cluster, 130 interrupted
(the cluster goes on building; ask again).

Examples:
  selfsame rules try stricter.yaml      build it, wait, and show what it would change
  selfsame rules try standard.yaml --model fitted.json
  selfsame rules report --min-certainty 0.95
  selfsame rules activate               make the candidate live
  selfsame rules drop                   remove it; nothing stays`;

interface TryOptions extends JsonOptions {
  readonly fit?: boolean;
  readonly model?: string;
  readonly wait: boolean;
}

interface ReportOptions extends JsonOptions {
  readonly minCertainty?: number;
}

export function rulesCommand(context: CliContext): Command {
  const command = new Command('rules')
    .summary('try other rules beside the live ones, then activate or drop them')
    .description('Changes the rules of a running cluster safely.')
    .addHelpText('after', HELP);
  const add = (sub: Command): Command => {
    const made = withTarget(sub.option('--json', 'print one JSON document'));
    command.addCommand(made);
    return made;
  };
  add(new Command('show').description('Shows the live version and the candidate.')).action(
    async (options: JsonOptions) => {
      const view = await withCluster(context, options, (cluster, call) =>
        cluster.versions.list(call),
      );
      printDocument(context, options, view, () => describeVersions(view));
    },
  );
  add(
    new Command('try')
      .description('Builds a candidate from a rules file, waits, and shows what it would change.')
      .argument('<file>', 'rules file (YAML)')
      .option('--fit', 'fit the weights of scored rules to a sample of the data first')
      .option('--model <file>', 'with the weights of a file of `resolve-files --save-model`')
      .option('--no-wait', 'return when the candidate is recorded'),
  ).action((file: string, options: TryOptions) => tryRules(context, options, file));
  add(
    new Command('report')
      .description('Shows what activating the candidate would change.')
      .option('--min-certainty <p>', 'certainty of both readings', probability('--min-certainty')),
  ).action((options: ReportOptions) => showReport(context, options));
  for (const verb of ['activate', 'drop'] as const) {
    const effect = verb === 'activate' ? 'Makes the candidate live.' : 'Removes the candidate.';
    add(
      new Command(verb)
        .description(effect)
        .argument('[version]', 'version it must have; default: whichever is the candidate'),
    ).action((version: string | undefined, options: JsonOptions) =>
      endCandidate(context, options, verb, version),
    );
  }
  return command;
}

async function tryRules(context: CliContext, options: TryOptions, file: string): Promise<void> {
  // Checked here as well: its problems are told by line, and nothing is sent.
  const { scoring } = loadRules(file);
  let rules = readFileSync(file, 'utf8');
  if (options.model !== undefined) {
    if (options.fit === true) throw usageError('--model has weights, --fit finds others: name one');
    if (scoring === null) throw usageError(`${file} declares every certainty: it weighs nothing`);
    rules = withModelText(rules, modelText(readModelFile(options.model, scoring)));
  }
  await proposeAndWait(context, options, { rules, isFitted: options.fit === true });
}

/** Proposes, waits until the candidate is complete, prints the report. */
export async function proposeAndWait(
  context: CliContext,
  options: TryOptions,
  candidate: { readonly rules: string | null; readonly isFitted: boolean },
): Promise<void> {
  await withCluster(context, options, async (cluster, call) => {
    const { versions, fit } = await stepwise(call, (step) =>
      cluster.versions.propose(candidate, step),
    );
    if (fit !== null) {
      context.stderr.write(
        `fitted to ${formatCount(fit.profiles)} profiles, ${formatCount(fit.proposedPairs)} ` +
          `proposed and ${formatCount(fit.randomPairs)} random pairs, ${fit.iterations} rounds\n`,
      );
    }
    if (!options.wait) {
      printDocument(context, options, versions, () => describeVersions(versions));
      return;
    }
    await untilComplete(context, cluster, call);
    const report = await stepwise(call, (step) => cluster.versions.report(step));
    printDocument(context, options, report, () => describeReport(report));
  });
}

async function showReport(context: CliContext, options: ReportOptions): Promise<void> {
  const { minCertainty } = options;
  const certainty = minCertainty === undefined ? {} : { minCertainty };
  await withCluster(context, options, async (cluster, call) => {
    const report = await stepwise(call, (step) =>
      cluster.versions.report({ ...step, ...certainty }),
    );
    printDocument(context, options, report, () => describeReport(report));
  });
}

async function endCandidate(
  context: CliContext,
  options: JsonOptions,
  verb: 'activate' | 'drop',
  version: string | undefined,
): Promise<void> {
  await withCluster(context, options, async (cluster, call) => {
    const named = version ?? (await cluster.versions.list(call)).shadow?.version;
    if (named === undefined) {
      throw new CliError(ExitCode.negative, 'there is no candidate: `selfsame rules try FILE`');
    }
    const view = await stepwise(call, (step) => cluster.versions[verb](named, step));
    printDocument(context, options, view, () => describeVersions(view));
  });
}

export function describeVersions({ live, shadow, leaving }: VersionsView): string[] {
  const rows = [['live', live.version, `generation ${live.generation}`]];
  if (shadow !== null) {
    const state = shadow.isComplete ? 'complete' : `${Math.floor(shadow.fraction * 100)} % built`;
    rows.push([
      'candidate',
      shadow.version,
      `generation ${shadow.generation}, ${state}, ${formatCount(shadow.pending)} changes to copy` +
        (shadow.refused === 0 ? '' : `, ${formatCount(shadow.refused)} interactions refused`),
    ]);
  }
  if (leaving.length > 0) rows.push(['removing', '', `generation ${leaving.join(', ')}`]);
  return alignColumns(rows, '');
}

export function describeReport(report: VersionReport): string[] {
  const count = (label: string, live: number, shadow: number): string[] => [
    label,
    formatCount(live),
    formatCount(shadow),
  ];
  const { live, shadow } = report;
  const of = (part: number, all: number): string => `${formatCount(part)} of ${formatCount(all)}`;
  const lines = alignColumns([
    ['', 'live', 'candidate'],
    ['version', report.liveVersion, report.shadowVersion],
    ['read at', formatCertainty(live.minCertainty), formatCertainty(shadow.minCertainty)],
    count('profiles', live.profiles, shadow.profiles),
    count('customers', live.customers, shadow.customers),
  ]);
  lines.push('');
  lines.push(
    ...alignColumns(
      [
        ['customers merged', formatCount(report.merged)],
        ['customers split', formatCount(report.split)],
        ['interactions moved', of(report.interactionsMoved, report.interactions)],
        ['profiles with another customer', formatCount(report.profilesChanged)],
        ['profiles added, gone', `${report.profilesAdded}, ${report.profilesGone}`],
      ],
      '',
    ),
  );
  if (!report.isComplete) lines.push('', 'the candidate is not complete: counts will change');
  lines.push(...describeCustomers('made one by the candidate', report.mergedCustomers));
  lines.push(...describeCustomers('split by the candidate', report.splitCustomers));
  return lines;
}

function describeCustomers(title: string, customers: readonly ChangedCustomer[]): string[] {
  if (customers.length === 0) return [];
  const lines = ['', `${title} (the largest, by parties of interactions):`];
  for (const { customerId, parties, parts } of customers) {
    const named = parts.map((part) => `${part.customerId} (${part.parties})`).join(', ');
    lines.push(`  ${customerId} (${parties}): ${named}`);
  }
  return lines;
}
